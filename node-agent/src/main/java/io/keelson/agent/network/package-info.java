/** The pod network on a host: CNI configuration, routes to other nodes' pods, and the way to the API. */
@NullMarked
package io.keelson.agent.network;

import org.jspecify.annotations.NullMarked;
