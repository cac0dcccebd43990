/** What is read of histories. */
@NullMarked
package io.keelson.lab.pool;

import org.jspecify.annotations.NullMarked;
