package io.keelson.lab.host;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.StreamType;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.testcontainers.DockerClientFactory;

/** The few things the lab asks of the Docker Engine about one container that exists. Safe for use by many threads. */
record Engine(DockerClient client) {

    /** Raw output: a file read from a host need not be text. */
    record Output(int exit, byte[] stdout, byte[] stderr) {

        ExecResult asText() {
            return new ExecResult(
                    exit, new String(stdout, StandardCharsets.UTF_8), new String(stderr, StandardCharsets.UTF_8));
        }
    }

    /** Kept, or the settings would be lost with the loggers. A person reads {@link Progress}, not the client's log. */
    private static final List<Logger> QUIET =
            Stream.of("org.testcontainers", "tc").map(Logger::getLogger).toList();

    static Engine local() {
        QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
        return new Engine(DockerClientFactory.lazyClient());
    }

    /** @throws LabException when the command has not ended in time; it then goes on running on the host */
    Output exec(String container, Duration limit, String... command) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        try {
            String id = client.execCreateCmd(container)
                    .withAttachStdout(true)
                    .withAttachStderr(true)
                    .withCmd(command)
                    .exec()
                    .getId();
            var stream = client.execStartCmd(id).exec(new ResultCallback.Adapter<Frame>() {
                @Override
                public void onNext(Frame frame) {
                    (frame.getStreamType() == StreamType.STDERR ? err : out).writeBytes(frame.getPayload());
                }
            });
            if (!stream.awaitCompletion(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                stream.onComplete();
                throw new LabException(Arrays.toString(command) + " did not end within " + limit.toSeconds() + " s");
            }
            return new Output(exitOf(id), out.toByteArray(), err.toByteArray());
        } catch (DockerException e) {
            throw new LabException("cannot run " + Arrays.toString(command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while running " + Arrays.toString(command), e);
        }
    }

    /** The stream may close a moment before the engine knows the status. */
    private int exitOf(String exec) {
        return Math.toIntExact(Awaitility.await("exit status")
                .atMost(Duration.ofSeconds(10))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> client.inspectExecCmd(exec).exec().getExitCodeLong(), Objects::nonNull));
    }

    /** Copies a file or a whole directory into {@code directory}, which must exist and not be a tmpfs. */
    void copy(String container, Path local, String directory) {
        client.copyArchiveToContainerCmd(container)
                .withHostResource(local.toString())
                .withRemotePath(directory)
                .exec();
    }

    InspectContainerResponse inspect(String container) {
        return client.inspectContainerCmd(container).exec();
    }

    /** What the engine does from now on when the container's first process ends by itself. */
    void whenEnded(String container, RestartPolicy policy) {
        var unused =
                client.updateContainerCmd(container).withRestartPolicy(policy).exec();
    }

    boolean isRunning(String container) {
        return Boolean.TRUE.equals(inspect(container).getState().getRunning());
    }
}
