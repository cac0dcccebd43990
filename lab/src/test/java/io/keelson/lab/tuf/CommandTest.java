package io.keelson.lab.tuf;

import io.keelson.trust.tuf.SimulatedRepository;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the command stand on: a repository of their own, and a directory in which nothing is trusted yet. */
abstract class CommandTest {
    final CommandFixture fixture;
    final SimulatedRepository repository;

    CommandTest(@TempDir Path directory) {
        fixture = new CommandFixture(directory);
        repository = fixture.repository;
    }

    @AfterEach
    void stop() {
        fixture.close();
    }
}
