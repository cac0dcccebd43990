/** The product's client of The Update Framework as a command, for the public conformance suite. */
@NullMarked
package io.keelson.lab.tuf;

import org.jspecify.annotations.NullMarked;
