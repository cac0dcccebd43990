package io.keelson.server.offsite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the content directory on a disk, and a memory file system in the place of another one. */
class DirectoryStoreTest {
    private static final Path MEMORY = Path.of("/dev/shm");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path content;

    @SuppressWarnings("NullAway.Init")
    private Path elsewhere;

    @BeforeEach
    void mount() throws IOException {
        elsewhere = Files.createTempDirectory(MEMORY, "copies");
    }

    @AfterEach
    void unmount() throws IOException {
        try (var all = Files.walk(elsewhere)) {
            for (var path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private static ProblemCode refusal(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(ProblemException.class, call).problem().code();
    }

    private static List<Path> in(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Test
    void copiesHandsOutAndRemoves() throws IOException {
        var store = new DirectoryStore(elsewhere, content);
        var file = TestCopies.file(content, 300_000);
        var snapshot = TestCopies.snapshot(file);
        var copy = elsewhere.resolve("prod/" + snapshot.id() + ".cms");
        for (int round = 0; round < 2; round++) {
            store.put(snapshot, file);
            assertThat(copy).hasSameBinaryContentAs(file);
        }
        assertThat(Files.getPosixFilePermissions(copy)).hasSize(2);
        assertThat(Files.getPosixFilePermissions(copy.getParent())).hasSize(3);
        try (var read = store.open(snapshot.cluster(), snapshot.id())) {
            assertThat(read).hasBinaryContent(Files.readAllBytes(file));
        }
        store.remove(snapshot.cluster(), snapshot.id());
        store.remove(snapshot.cluster(), snapshot.id());
        assertThat(refusal(() -> store.open(snapshot.cluster(), snapshot.id())))
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
    }

    /** A mount point of which the disk is away is a directory like any other. */
    @Test
    void nothingIsCopiedToTheDiskOfTheContentDirectory() throws IOException {
        var file = TestCopies.file(content, 1000);
        var snapshot = TestCopies.snapshot(file);
        var unmounted = Files.createDirectory(content.resolve("copies"));
        var store = new DirectoryStore(unmounted, content);
        var refused = catchThrowableOfType(ProblemException.class, () -> store.put(snapshot, file));
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
        assertThat(refused.problem().render()).contains("nothing is mounted there", "findmnt --target " + unmounted);
        assertThat(unmounted).isEmptyDirectory();
        assertThat(refusal(() -> store.remove(snapshot.cluster(), snapshot.id())))
                .as("what is on the disk that is away stays for later")
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
        assertThat(refusal(() -> new DirectoryStore(content.resolve("none"), content).put(snapshot, file)))
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
    }

    /** As if the content directory had a disk of its own: what is not mounted is a directory of the system's then. */
    @Test
    void norToTheSystemsDiskNorAroundACorner() throws IOException {
        var file = TestCopies.file(elsewhere, 1000);
        var snapshot = TestCopies.snapshot(file);
        var unmounted = Files.createDirectory(content.resolve("copies"));
        assertThat(refusal(() -> new DirectoryStore(unmounted, List.of(elsewhere, content)).put(snapshot, file)))
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
        Files.createSymbolicLink(elsewhere.resolve("prod"), unmounted);
        assertThat(refusal(() -> new DirectoryStore(elsewhere, content).put(snapshot, file)))
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_REFUSED);
        assertThat(unmounted).isEmptyDirectory();
    }

    @Test
    void aFileThatIsNotWhatWasHandedInLeavesNothing() throws IOException {
        var file = TestCopies.file(content, 1000);
        var snapshot = TestCopies.snapshot(file);
        Files.write(file, new byte[1000]);
        assertThat(refusal(() -> new DirectoryStore(elsewhere, content).put(snapshot, file)))
                .isEqualTo(ProblemCode.ETCD_SNAPSHOT_CORRUPT);
        assertThat(in(elsewhere.resolve("prod"))).isEmpty();
    }

    @Test
    void whatAServerThatWasKilledHasBegunIsRemoved() throws IOException {
        var file = TestCopies.file(content, 1000);
        var snapshot = TestCopies.snapshot(file);
        var own = Files.createDirectory(elsewhere.resolve("prod"));
        var leftover = Files.createFile(own.resolve(".keelson-1a2b3c4d"));
        var other = Files.createFile(own.resolve("somebody-else"));
        assertThat(io.keelson.durable.AtomicFile.isLeftover(leftover)).isTrue();
        new DirectoryStore(elsewhere, content).put(snapshot, file);
        assertThat(in(own)).containsExactlyInAnyOrder(other, own.resolve(snapshot.id() + ".cms"));
    }
}
