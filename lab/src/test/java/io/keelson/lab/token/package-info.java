/** Keys in PKCS #11 tokens, with a token of software. */
@NullMarked
package io.keelson.lab.token;

import org.jspecify.annotations.NullMarked;
