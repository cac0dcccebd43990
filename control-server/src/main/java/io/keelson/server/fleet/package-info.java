/** The fleet as one immutable picture, and the declared clusters. */
@NullMarked
package io.keelson.server.fleet;

import org.jspecify.annotations.NullMarked;
