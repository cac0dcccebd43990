/** The Update Framework 1.0.34: names and refusals that all parts share. */
@NullMarked
package io.keelson.trust.tuf;

import org.jspecify.annotations.NullMarked;
