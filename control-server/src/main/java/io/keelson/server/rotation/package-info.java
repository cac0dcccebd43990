/** How one authority for servers and hosts takes the place of another. */
@NullMarked
package io.keelson.server.rotation;

import org.jspecify.annotations.NullMarked;
