/** All state of the server: one port, and its adapter to etcd. Nothing else knows etcd's client. */
@NullMarked
package io.keelson.server.store;

import org.jspecify.annotations.NullMarked;
