/** The authorities of each cluster and what they issue. */
@NullMarked
package io.keelson.server.clusterpki;

import org.jspecify.annotations.NullMarked;
