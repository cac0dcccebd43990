/** The agent's process: its commands, its loop, and how everything is put together. Nothing depends on this package. */
@NullMarked
package io.keelson.agent;

import org.jspecify.annotations.NullMarked;
