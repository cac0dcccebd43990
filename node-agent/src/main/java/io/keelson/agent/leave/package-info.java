/** How a node's host becomes bare: nothing of its cluster is left on it. */
@NullMarked
package io.keelson.agent.leave;

import org.jspecify.annotations.NullMarked;
