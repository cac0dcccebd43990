/** What clients did and saw, and whether one register per key can have done all of it one after the other. */
@NullMarked
package io.keelson.lab.history;

import org.jspecify.annotations.NullMarked;
