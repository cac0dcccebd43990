package io.keelson.server.clusterpki;

/**
 * What a client of a cluster's API needs.
 *
 * @param authority PEM of the authority that signs the API servers
 * @param certificate PEM, leaf first
 * @param key PKCS #8 PEM
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record ClientCredentials(byte[] authority, byte[] certificate, byte[] key) {
    @Override
    public String toString() {
        return "ClientCredentials[redacted]";
    }
}
