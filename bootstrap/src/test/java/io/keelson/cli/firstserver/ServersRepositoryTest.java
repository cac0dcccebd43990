package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.agent.plan.Finding;
import io.keelson.cli.RecordedServer;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server that runs has got of a repository in a directory. */
class ServersRepositoryTest {
    @TempDir
    Path directory;

    private ReleasedSample sample;
    private RecordedServer server;
    private ServersRepository repository;

    @BeforeEach
    void start() throws IOException {
        sample = ReleasedSample.in(directory.resolve("sample"));
        repository = new ServersRepository(sample.repository());
        server = RecordedServer.start();
        server.trust(
                directory.resolve("server"),
                Files.readAllBytes(sample.repository().resolve("metadata/1.root.json")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Finding look() {
        return repository.look(server.context());
    }

    @Test
    void serverThatHasLessIsToldTheRest() {
        assertThat(look())
                .isInstanceOfSatisfying(
                        Finding.Needed.class, needed -> assertThat(needed.gap()).contains("metadata/1.targets.json"));

        repository.send(server.context());

        assertThat(look()).isInstanceOf(Finding.Satisfied.class);
    }

    @Test
    void serverThatHasMoreIsNotSetBack() throws IOException {
        var older = directory.resolve("older");
        repository.send(server.context());
        try (var files = Files.walk(sample.repository())) {
            for (var file : files.toList()) {
                Files.copy(
                        file, older.resolve(sample.repository().relativize(file).toString()));
            }
        }
        sample.people().withdrawAll(sample.repository());
        repository.send(server.context());

        assertThat(new ServersRepository(older).look(server.context())).isInstanceOf(Finding.Satisfied.class);
    }

    @Test
    void serverThatIsAwayIsWaitedFor() {
        var context = server.context();
        server.close();

        assertThat(repository.look(context)).isInstanceOf(Finding.Needed.class);
    }

    @Test
    void serverThatRefusesIsBelieved() {
        server.refuse(
                Status.FAILED_PRECONDITION,
                Problem.error(ProblemCode.NOT_AUTHORISED, "no", Remedy.advise("Ask somebody.")));

        assertThat(look())
                .isInstanceOfSatisfying(
                        Finding.Refused.class,
                        refused -> assertThat(refused.problem().code()).isEqualTo(ProblemCode.NOT_AUTHORISED));
    }
}
