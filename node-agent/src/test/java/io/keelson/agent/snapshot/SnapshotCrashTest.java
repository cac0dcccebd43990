package io.keelson.agent.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.crash.CrashLoader;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent is killed before each fsync, rename and removal while it takes a snapshot, removes an old one and hands in what it
 * has, and between the pieces of a transfer. Only whole ones count, none is taken twice, and the server gets each, once.
 */
class SnapshotCrashTest {
    private static final int SHARE = 2;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path root;

    private final KeyPair keys = Keys.generate(Algorithm.ECDSA_P256);

    /** Where it was killed, or how many places it passed. */
    private String run(Path directory, int minute, long asked, int deadly) throws ReflectiveOperationException {
        System.setProperty("deadly", Integer.toString(deadly));
        System.setProperty("deadly.here", "true");
        try {
            return "passed "
                    + new CrashLoader()
                            .loadClass(SnapshotRun.class.getName())
                            .getMethod("run", String.class, String.class, String.class, long.class)
                            .invoke(
                                    null,
                                    directory.toString(),
                                    Base64.getEncoder()
                                            .encodeToString(keys.getPublic().getEncoded()),
                                    "2026-01-01T00:%02d:00Z".formatted(minute),
                                    asked);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof AssertionError killed) {
                return String.valueOf(killed.getMessage());
            }
            throw e;
        } finally {
            System.clearProperty("deadly");
            System.clearProperty("deadly.here");
        }
    }

    /** With its share of snapshots, which the server has. */
    private Path prepared(String name) throws IOException, ReflectiveOperationException {
        var directory = Files.createDirectory(root.resolve(name));
        Files.createDirectory(directory.resolve("server"));
        for (int taken = 1; taken <= SHARE; taken++) {
            assertThat(run(directory, taken, taken, 0)).startsWith("passed");
        }
        return directory;
    }

    @Test
    void onlyWholeOnesCountAndNoneIsLostOrTakenTwice() throws IOException, ReflectiveOperationException {
        var places = new TreeSet<String>();
        int points = 0;
        while (true) {
            var directory = prepared("point-" + ++points);
            var where = run(directory, 10, SHARE + 1, points);
            if (where.startsWith("passed")) {
                break;
            }
            places.add(where);
            assertSound(directory, where);
            assertThat(run(directory, 11, SHARE + 1, 0)).startsWith("passed");
            assertSound(directory, where);
            assertConverged(directory, where);
        }
        assertThat(points).isGreaterThan(15);
        assertThat(places)
                .containsExactly(
                        "killed before deleteIfExists",
                        "killed before force",
                        "killed before move",
                        "killed within a transfer");
    }

    /** As the next agent finds it. */
    private void assertSound(Path directory, String where) throws IOException {
        var all = new SnapshotDirectory(directory.resolve("agent")).all();
        assertThat(all).as(where).hasSizeBetween(SHARE, SHARE + 1);
        for (var kept : all) {
            var bytes = Files.readAllBytes(
                    directory.resolve("agent/" + kept.snapshot().id() + ".cms"));
            assertThat(Digest.of(bytes)).as(where).isEqualTo(kept.snapshot().sealed());
            var plain = new ByteArrayOutputStream();
            SnapshotSeal.open(new ByteArrayInputStream(bytes), keys.getPrivate(), plain, "it");
            assertThat(plain.toByteArray()).as(where).isEqualTo(SnapshotRun.database());
            if (kept.handedIn()) {
                assertThat(directory.resolve("server/" + kept.snapshot().id() + ".cms"))
                        .as(where)
                        .hasBinaryContent(bytes);
            }
        }
    }

    private static void assertConverged(Path directory, String where) throws IOException {
        var all = new SnapshotDirectory(directory.resolve("agent")).all();
        assertThat(all).as(where).hasSize(SHARE).allMatch(KeptSnapshot::handedIn);
        assertThat(all).as(where).extracting(KeptSnapshot::asked).containsExactly((long) SHARE, SHARE + 1L);
        try (var names = Files.list(directory.resolve("agent"))) {
            assertThat(names).as("nothing else is left; %s", where).hasSize(2 * SHARE);
        }
        try (var names = Files.list(directory.resolve("server"))) {
            assertThat(names).as("each once; %s", where).hasSize(SHARE + 1);
        }
    }
}
