package io.keelson.server.secrets;

import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.StateStore;
import java.nio.file.Path;
import java.util.List;

class SecretsInMemoryTest extends SecretsAtRestContract {
    @Override
    StateStore open() {
        return new InMemoryStateStore();
    }

    @Override
    List<Path> files() {
        return List.of();
    }

    @Override
    List<String> processes() {
        return List.of();
    }
}
