/** Which server leads, since which epoch, and which servers there are. */
@NullMarked
package io.keelson.server.leader;

import org.jspecify.annotations.NullMarked;
