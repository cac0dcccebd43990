/** The server's settings: declared once, checked as a whole when the server starts. */
@NullMarked
package io.keelson.server.configuration;

import org.jspecify.annotations.NullMarked;
