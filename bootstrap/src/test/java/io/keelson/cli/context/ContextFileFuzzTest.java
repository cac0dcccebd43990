package io.keelson.cli.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;

/** A file of contexts is read or refused; what was read is written to a file that says the same. */
class ContextFileFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        return List.of("""
                current: prod
                contexts:
                - {name: prod, server: 'cp-1:7443', ca: /etc/keelson/ca.pem, token: secret}
                """.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<String> words() {
        return List.of("&a ", "*a", "!!java.util.Date ", "<<: ", "- ", ": ", "\n---\n", "? ");
    }

    @Override
    protected int fresh() {
        return 2_000;
    }

    @Override
    public void accept(byte[] input) throws IOException {
        var file = Files.createTempFile("contexts", ".yaml");
        try {
            Files.write(file, input);
            var contexts = new ContextFile(file);
            var read = contexts.read();
            contexts.write(read);
            assertThat(contexts.read()).isEqualTo(read);
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.CONFIGURATION_INVALID);
        } finally {
            Files.delete(file);
        }
    }
}
