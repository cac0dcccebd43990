/** The operating system under a node: preflight, kernel, and the building blocks for files and systemd units. */
@NullMarked
package io.keelson.agent.os;

import org.jspecify.annotations.NullMarked;
