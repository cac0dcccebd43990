/** Snapshots of clusters' etcd that hosts have handed in: the files, the index of them, who may have one. */
@NullMarked
package io.keelson.server.snapshots;

import org.jspecify.annotations.NullMarked;
