/** The ports of the server and their TLS. */
@NullMarked
package io.keelson.server.listen;

import org.jspecify.annotations.NullMarked;
