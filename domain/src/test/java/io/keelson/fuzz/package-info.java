/** Hostile bytes for everything that reads bytes from outside; lent to the other modules' tests. */
@NullMarked
package io.keelson.fuzz;

import org.jspecify.annotations.NullMarked;
