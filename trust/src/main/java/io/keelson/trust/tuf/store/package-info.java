/** What a client trusts from one update to the next (TUF 1.0: non-volatile storage). */
@NullMarked
package io.keelson.trust.tuf.store;

import org.jspecify.annotations.NullMarked;
