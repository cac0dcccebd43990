/** Keys, certificate requests and certificates: X.509 (RFC 5280), PKCS #8 (RFC 5208), PKCS #10 (RFC 2986). */
@NullMarked
package io.keelson.trust.pki;

import org.jspecify.annotations.NullMarked;
