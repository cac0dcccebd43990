package io.keelson.fleet;

import java.util.regex.Pattern;

/**
 * The public key to which a cluster's snapshots are encrypted.
 *
 * @param text its SubjectPublicKeyInfo (RFC 5280), DER, in base64
 */
public record SnapshotKey(String text) {
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]{40,1000}={0,2}");

    public SnapshotKey {
        if (!BASE64.matcher(text).matches()) {
            throw new IllegalArgumentException("no public key in base64");
        }
    }
}
