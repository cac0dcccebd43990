/** The agents' side of the server: their streams, what they fetch, what they are issued, tunnels to their clusters. */
@NullMarked
package io.keelson.server.session;

import org.jspecify.annotations.NullMarked;
