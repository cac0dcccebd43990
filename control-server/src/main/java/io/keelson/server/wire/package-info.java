/** How problems travel over gRPC. */
@NullMarked
package io.keelson.server.wire;

import org.jspecify.annotations.NullMarked;
