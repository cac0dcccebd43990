/** The keeper of the control server's own etcd: the agent's steps, decided on by the policy that clusters' members have. */
@NullMarked
package io.keelson.cli.keeper;

import org.jspecify.annotations.NullMarked;
