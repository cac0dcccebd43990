/** {@code keelson pool}: what node pools do, and what people say to them. */
@NullMarked
package io.keelson.cli.pool;

import org.jspecify.annotations.NullMarked;
