/** A worker patched by a pool, beside the same done by a script that a person could have written. */
@NullMarked
package io.keelson.lab.bench.replace;

import org.jspecify.annotations.NullMarked;
