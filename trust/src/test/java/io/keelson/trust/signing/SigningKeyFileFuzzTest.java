package io.keelson.trust.signing;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.List;

/** A signing key's file opens or is refused; what it asks for before the passphrase is known stays bounded. */
class SigningKeyFileFuzzTest extends FuzzTest {
    private static final String BEGIN = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";
    private static final String END = "\n-----END ENCRYPTED PRIVATE KEY-----\n";

    /** Made by OpenSSL from a throw-away key with one iteration, so that an input takes no time. */
    private static final String ONE_ITERATION =
            "MIGaMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAhCQSHmM+8I2wIBATAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQO7dSiwQm9WpPkUAhQmmy0QRAOLTzaoZv3n4duFl48ZDdnoZOgZyVdeaUl+bqf4uk8wXrEfXDJJqZQBw4YGPFPOSdkrsyHiQ5JDiaMA9GZNy3DA==";

    @Override
    public List<byte[]> seeds() {
        return List.of(Base64.getMimeDecoder().decode(ONE_ITERATION));
    }

    @Override
    protected int fresh() {
        return 1_000;
    }

    @Override
    public void accept(byte[] input) throws IOException {
        var file = Files.createTempFile("signing", ".key");
        try {
            var text = BEGIN + Base64.getMimeEncoder().encodeToString(input) + END;
            Files.writeString(file, text, StandardCharsets.US_ASCII);
            SigningKeyFile.open(file, "test"::toCharArray);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.RELEASE_KEY_INVALID);
        } finally {
            Files.delete(file);
        }
    }
}
