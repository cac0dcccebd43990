/** Commands that operate the fleet through the control server. */
@NullMarked
package io.keelson.cli.fleet;

import org.jspecify.annotations.NullMarked;
