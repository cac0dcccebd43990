package io.keelson.server.offsite;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.secret.GuardedFile;
import io.keelson.trust.secret.SecretKeyFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** An access key in a file: its id on the first line, the secret on the second. Read anew for each request. */
record S3Credentials(Path file) implements AwsCredentialsProvider {
    private static final int MOST_BYTES = 1_000;

    @Override
    public AwsCredentials resolveCredentials() {
        var content = new GuardedFile(file, new SecretKeyFile.Owner.Process(), MOST_BYTES, this::bad).read();
        List<String> lines =
                new String(content, StandardCharsets.US_ASCII).lines().toList();
        if (lines.size() != 2 || lines.stream().anyMatch(String::isBlank)) {
            throw bad("has other lines than the id of an access key and its secret")
                    .asException();
        }
        return AwsBasicCredentials.create(lines.get(0).strip(), lines.get(1).strip());
    }

    private Problem bad(String what) {
        return Problem.error(
                ProblemCode.CONFIGURATION_INVALID,
                "the file of the S3 credentials " + file + " " + what,
                Remedy.advise("Let it belong to the server's user, mode 0600.", "ls -l " + file));
    }
}
