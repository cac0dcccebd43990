/** Published bundles and their blobs. */
@NullMarked
package io.keelson.server.content;

import org.jspecify.annotations.NullMarked;
