/**
 * The attacks as bytes: written once by the programs that make them, and refused by every version from then on, whatever
 * becomes of those programs.
 */
@NullMarked
package io.keelson.trust.stored;

import org.jspecify.annotations.NullMarked;
