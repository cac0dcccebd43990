/** Workers that are alike, and how they are replaced: what is to be done next, from what is wanted and what is seen. */
@NullMarked
package io.keelson.pool;

import org.jspecify.annotations.NullMarked;
