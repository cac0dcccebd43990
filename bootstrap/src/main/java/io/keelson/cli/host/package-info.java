/** {@code keelson host}: what is done to a host's identity. */
@NullMarked
package io.keelson.cli.host;

import org.jspecify.annotations.NullMarked;
