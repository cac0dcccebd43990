/** Node pools as they are declared, what they do with each host, and what they did. Decides nothing. */
@NullMarked
package io.keelson.server.pool;

import org.jspecify.annotations.NullMarked;
