/** Carries out what node pools decide, host by host, on the leader. */
@NullMarked
package io.keelson.server.poolrollout;

import org.jspecify.annotations.NullMarked;
