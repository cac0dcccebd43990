/** How one authority for servers and hosts takes the place of another. */
@NullMarked
package io.keelson.server.authorityrotation;

import org.jspecify.annotations.NullMarked;
