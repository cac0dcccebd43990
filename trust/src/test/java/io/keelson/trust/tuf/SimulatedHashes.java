package io.keelson.trust.tuf;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Hashes as any tool would make them; of an algorithm that nobody knows too. */
final class SimulatedHashes {
    private SimulatedHashes() {}

    static String hex(String algorithm, byte[] content) {
        var java = algorithm.equals("sha256") ? "SHA-256" : "SHA-512";
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(java).digest(content));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
