/** Bytes between a server and the API server on this host. */
@NullMarked
package io.keelson.agent.session.tunnel;

import org.jspecify.annotations.NullMarked;
