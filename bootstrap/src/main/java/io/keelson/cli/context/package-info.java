/** Which control server the command talks to, and as whom. */
@NullMarked
package io.keelson.cli.context;

import org.jspecify.annotations.NullMarked;
