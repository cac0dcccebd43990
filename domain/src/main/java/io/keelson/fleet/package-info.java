/** Hosts, zones, clusters and what each host is to be; values and pure decisions only. */
@NullMarked
package io.keelson.fleet;

import org.jspecify.annotations.NullMarked;
