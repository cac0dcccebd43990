/** A process that is killed at every durable write of it. */
@NullMarked
package io.keelson.agent.crash;

import org.jspecify.annotations.NullMarked;
