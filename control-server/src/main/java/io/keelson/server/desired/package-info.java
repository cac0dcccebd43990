/** The only writer of what hosts are to be. */
@NullMarked
package io.keelson.server.desired;

import org.jspecify.annotations.NullMarked;
