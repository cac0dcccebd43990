/** The leader's loop: what hosts are to be follows from what was declared. */
@NullMarked
package io.keelson.server.rollout;

import org.jspecify.annotations.NullMarked;
