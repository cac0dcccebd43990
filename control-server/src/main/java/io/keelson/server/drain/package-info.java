/** Empties nodes, and sees that a node works, by the API of its cluster. What to do is decided in the domain. */
@NullMarked
package io.keelson.server.drain;

import org.jspecify.annotations.NullMarked;
