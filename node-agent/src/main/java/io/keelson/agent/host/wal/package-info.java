/** etcd's write-ahead log as it lies on a disk: read without etcd, and told that all of it counts. */
@org.jspecify.annotations.NullMarked
package io.keelson.agent.host.wal;
