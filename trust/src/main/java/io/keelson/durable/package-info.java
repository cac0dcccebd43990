/** The one implementation of durable writes; knows nobody. */
@NullMarked
package io.keelson.durable;

import org.jspecify.annotations.NullMarked;
