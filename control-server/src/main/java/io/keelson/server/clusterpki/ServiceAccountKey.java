package io.keelson.server.clusterpki;

/**
 * What signs and verifies the tokens of a cluster's service accounts.
 *
 * @param privateKey PKCS #8 PEM
 * @param publicKey SubjectPublicKeyInfo PEM
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record ServiceAccountKey(byte[] privateKey, byte[] publicKey) {
    @Override
    public String toString() {
        return "ServiceAccountKey[redacted]";
    }
}
