/** Who calls on the agents' port, and for how long that stands. */
@NullMarked
package io.keelson.server.peer;

import org.jspecify.annotations.NullMarked;
