package io.keelson.cli;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A recorded server for each test, and a file whose current context is that server. */
public abstract class RecordedServerFixture {
    @TempDir
    protected Path directory;

    protected RecordedServer server;
    protected Path config;

    @BeforeEach
    void start() throws IOException {
        server = RecordedServer.start();
        config = server.contextIn(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }
}
