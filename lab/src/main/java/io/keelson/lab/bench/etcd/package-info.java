/** What Keelson does to etcd's members, beside the same done by a script that a person could have written. */
@NullMarked
package io.keelson.lab.bench.etcd;

import org.jspecify.annotations.NullMarked;
