/** {@code keelson etcd}: the etcd members of clusters. */
@NullMarked
package io.keelson.cli.etcd;

import org.jspecify.annotations.NullMarked;
