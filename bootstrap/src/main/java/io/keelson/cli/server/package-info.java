/** Commands about the control server itself. */
@NullMarked
package io.keelson.cli.server;

import org.jspecify.annotations.NullMarked;
