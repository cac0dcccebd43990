/** Where the servers of tests listen; lent to the other modules' tests. */
@NullMarked
package io.keelson.loopback;

import org.jspecify.annotations.NullMarked;
