/** Snapshots of the host's etcd member: taken in turn, kept encrypted on the host's own disk, handed in to the server. */
@NullMarked
package io.keelson.agent.snapshot;

import org.jspecify.annotations.NullMarked;
