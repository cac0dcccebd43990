/** Ports to the host: files, systemd units, programs, the clock; with their real adapters. */
@NullMarked
package io.keelson.agent.host;

import org.jspecify.annotations.NullMarked;
