/** Signs what hosts are to be. */
@NullMarked
package io.keelson.server.director;

import org.jspecify.annotations.NullMarked;
