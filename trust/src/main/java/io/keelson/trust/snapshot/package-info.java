/** Snapshots of etcd as they are kept: whole, and readable only to whoever has the cluster's key. */
@NullMarked
package io.keelson.trust.snapshot;

import org.jspecify.annotations.NullMarked;
