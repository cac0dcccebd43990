/** Programs of the lab. */
@NullMarked
package io.keelson.lab;

import org.jspecify.annotations.NullMarked;
