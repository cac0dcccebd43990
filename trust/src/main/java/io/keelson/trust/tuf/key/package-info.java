/** Keys, signatures, thresholds (TUF 1.0 section 4.2). */
@NullMarked
package io.keelson.trust.tuf.key;

import org.jspecify.annotations.NullMarked;
