/** The etcd member on a host: its identity, its unit and its health; for clusters and for the control server. */
@NullMarked
package io.keelson.agent.etcd;

import org.jspecify.annotations.NullMarked;
