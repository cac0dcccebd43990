package io.keelson.server.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.store.Entry;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.trust.secret.SecretBox;
import io.keelson.trust.secret.SecretKeyId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A server that leads, with seven secrets under its first key. */
abstract class RotationFixture {
    @TempDir
    Path directory;

    final InMemoryStateStore store = new InMemoryStateStore();
    KeyedServer a;

    @BeforeEach
    void start() {
        a = new KeyedServer("a", fileOf("a"), store);
        a.lead();
        a.authorities("prod");
        a.authorities("test");
        a.hostAuthorities.read();
    }

    @AfterEach
    void stop() {
        store.close();
    }

    Path fileOf(String server) {
        return directory.resolve(server + ".key");
    }

    KeyedServer second() throws IOException {
        Files.copy(fileOf("a"), fileOf("b"));
        var b = new KeyedServer("b", fileOf("b"), store);
        b.loop.announce();
        return b;
    }

    SecretKeyId active() {
        return a.rotation.picture().active().orElseThrow().key();
    }

    List<Entry> secrets() {
        return Stream.of(Keys.PKI, Keys.AUTHORITY_KEYS)
                .flatMap(prefix -> store.list(prefix).stream())
                .toList();
    }

    Map<String, SecretKeyId> sealedWith() {
        return secrets().stream()
                .collect(Collectors.toMap(
                        Entry::key, entry -> SecretBox.keyOf(sealed(entry)).orElseThrow()));
    }

    byte[] sealed(Entry entry) {
        return a.rotation.holder(entry.key()).sealed(entry);
    }

    List<ProblemCode> problems() {
        return a.rotation.picture().problems().stream()
                .map(problem -> problem.code())
                .toList();
    }

    static ProblemCode code(ThrowingCallable call) {
        var refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).isNotNull();
        return refused.problem().code();
    }
}
