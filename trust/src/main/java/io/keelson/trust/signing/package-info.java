/** Where people keep the keys that sign releases: files under a passphrase, and tokens that never give a key away. */
@NullMarked
package io.keelson.trust.signing;

import org.jspecify.annotations.NullMarked;
