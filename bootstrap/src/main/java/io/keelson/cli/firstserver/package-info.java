/** The plan that turns a bare host into the first control server. */
@NullMarked
package io.keelson.cli.firstserver;

import org.jspecify.annotations.NullMarked;
