/** The API of a cluster as the server's own client sees it, reached through the agents' tunnel. */
@NullMarked
package io.keelson.server.kubernetes;

import org.jspecify.annotations.NullMarked;
