/** Secrets at rest: an envelope around each, and the keys that open the envelopes. */
@NullMarked
package io.keelson.trust.secret;

import org.jspecify.annotations.NullMarked;
