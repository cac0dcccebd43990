/** Lets kubectl reach clusters through the server: TLS is passed on unread, routed by the name the client asks for. */
@NullMarked
package io.keelson.server.kubetunnel;

import org.jspecify.annotations.NullMarked;
