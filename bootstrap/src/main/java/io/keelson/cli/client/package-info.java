/** How the command talks to the control server. */
@NullMarked
package io.keelson.cli.client;

import org.jspecify.annotations.NullMarked;
