package io.keelson.server.secrets;

import static org.awaitility.Awaitility.await;

import io.keelson.server.store.EtcdProcess;
import io.keelson.server.store.StateStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class SecretsInEtcdTest extends SecretsAtRestContract {
    @SuppressWarnings("NullAway.Init") // by open, before each test
    private EtcdProcess etcd;

    @Override
    StateStore open() {
        etcd = EtcdProcess.start(directory.resolve("etcd"));
        var store = etcd.store();
        // An etcd that has just been started on a busy machine may need longer than one call waits.
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> store.list("/").isEmpty());
        return store;
    }

    @AfterEach
    void end() {
        etcd.close();
    }

    /** Data and log. */
    @Override
    List<Path> files() {
        etcd.kill();
        return List.of(directory.resolve("etcd"));
    }

    @Override
    List<String> processes() {
        return List.of(Long.toString(etcd.pid()));
    }
}
