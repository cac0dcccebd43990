/** What operators ask of the server: authorised, read, handed to one use case, answered. */
@NullMarked
package io.keelson.server.api;

import org.jspecify.annotations.NullMarked;
