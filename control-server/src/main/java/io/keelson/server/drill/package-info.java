/** Restores snapshots of clusters' etcd in a sandbox, again and again: what was never restored is no copy. */
@NullMarked
package io.keelson.server.drill;

import org.jspecify.annotations.NullMarked;
