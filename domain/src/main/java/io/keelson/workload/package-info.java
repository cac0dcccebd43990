/** What runs in a cluster, as far as nodes being emptied, and pods finding another node, depend on it. Pure. */
@NullMarked
package io.keelson.workload;

import org.jspecify.annotations.NullMarked;
