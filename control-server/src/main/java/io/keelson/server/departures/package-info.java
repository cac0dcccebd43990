/** How far hosts are on their way out of a cluster, as it is kept. What to do about it is decided in rollout. */
@NullMarked
package io.keelson.server.departures;

import org.jspecify.annotations.NullMarked;
