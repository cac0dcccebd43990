/** The {@code keelson} command: its entry, its exit codes, and what it does with failures. */
@NullMarked
package io.keelson.cli;

import org.jspecify.annotations.NullMarked;
