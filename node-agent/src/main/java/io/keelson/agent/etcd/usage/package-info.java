/**
 * Who takes up how much of a member's database: keys of Kubernetes and what little is looked at of their values, counted
 * in bounded memory.
 */
@NullMarked
package io.keelson.agent.etcd.usage;

import org.jspecify.annotations.NullMarked;
