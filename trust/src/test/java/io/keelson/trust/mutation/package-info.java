/** Disables the rules of verification one by one, in bytecode and in tests only. */
@NullMarked
package io.keelson.trust.mutation;

import org.jspecify.annotations.NullMarked;
