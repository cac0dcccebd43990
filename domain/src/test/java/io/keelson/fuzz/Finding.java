package io.keelson.fuzz;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/** An input for which a property does not hold; says how it is kept. */
final class Finding extends AssertionError {
    private static final long serialVersionUID = 1L;

    private Finding(FuzzTest target, byte[] input, Throwable cause) {
        super(describe(target, input, cause), cause);
    }

    static void orNothing(FuzzTest target, byte[] input) {
        try {
            target.accept(input.clone());
        } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new Finding(target, input, e);
        }
    }

    private static String describe(FuzzTest target, byte[] input, Throwable cause) {
        var file = "src/test/resources/fuzz/" + target.getClass().getSimpleName() + "/" + name(input);
        return cause + "\nfor the input " + new String(input, StandardCharsets.ISO_8859_1) + "\nkeep it: echo "
                + Base64.getEncoder().encodeToString(input) + " | base64 -d > " + file;
    }

    private static String name(byte[] input) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(input);
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
