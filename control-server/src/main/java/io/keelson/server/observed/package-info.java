/** The only writer of what hosts say they are and what happened on them. */
@NullMarked
package io.keelson.server.observed;

import org.jspecify.annotations.NullMarked;
