/** Channels, and the meaning of messages: protobuf becomes domain values here and nowhere else. */
@NullMarked
package io.keelson.agent.session.wire;

import org.jspecify.annotations.NullMarked;
