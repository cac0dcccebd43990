/** Who asked for what, and what was decided. */
@NullMarked
package io.keelson.server.audit;

import org.jspecify.annotations.NullMarked;
