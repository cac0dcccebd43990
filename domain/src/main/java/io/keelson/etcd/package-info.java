/** What members of an etcd cluster say of themselves, and what may be done to which of them. Pure. */
@NullMarked
package io.keelson.etcd;

import org.jspecify.annotations.NullMarked;
