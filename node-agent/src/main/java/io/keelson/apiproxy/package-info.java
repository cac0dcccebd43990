/** The node-local API balancer, a process of its own: TCP from loopback to whichever API server answers. */
@NullMarked
package io.keelson.apiproxy;

import org.jspecify.annotations.NullMarked;
