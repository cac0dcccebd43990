package io.keelson.trust.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretKeyFileTest {
    @TempDir
    private Path directory;

    private Path path;
    private SecretKeyFile file;

    @BeforeEach
    void name() {
        path = directory.resolve("secrets.key");
        file = SecretKeyFile.of(path);
    }

    private String write(String content) {
        AtomicFile.write(path, content.getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        return content;
    }

    @Test
    void newestKeyIsOnTopAndTheOthersStay() throws IOException {
        write(SecretKeyFile.newKeyLine());
        var first = file.read().keys();

        var second = file.addKey();

        assertThat(file.read().keys()).containsExactly(second, first.getFirst());
        assertThat(SecretKeyFile.keysOf(Files.readString(path)))
                .isEqualTo(file.read().keys());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(Files.list(directory)).containsExactly(path);
    }

    @Test
    void oldKeysAreDroppedOnlyBelowTheKeyThatIsMeantToStay() {
        write(SecretKeyFile.newKeyLine());
        var first = file.read().keys().getFirst();
        var second = file.addKey();

        refused(() -> file.keepOnly(first), "has another key than");
        assertThat(file.read().keys()).hasSize(2);
        assertThat(file.keepOnly(second)).containsExactly(first);
        assertThat(file.keepOnly(second)).isEmpty();
        assertThat(file.read().keys()).containsExactly(second);
    }

    @Test
    void keysAreNotHeapedUpWithoutEnd() {
        write(SecretKeyFile.newKeyLine());
        for (int keys = 1; keys < 16; keys++) {
            file.addKey();
        }
        refused(() -> file.addKey(), "has 16 keys already");
        assertThat(file.read().keys()).hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "00", "not hexadecimal", "\n\n"})
    void refusesAnotherForm(String content) {
        write(content);
        refused(() -> file.read(), "");
        assertThat(SecretKeyFile.keysOf(content)).isEmpty();
    }

    @Test
    void refusesTheSameKeyTwiceAndAFileOfAnySize() {
        var line = SecretKeyFile.newKeyLine();
        write(line + line);
        refused(() -> file.read(), "has a key twice");
        write(line.repeat(1000));
        refused(() -> file.read(), "is larger than");
    }

    @Test
    void refusesWhatIsNotThere() {
        refused(() -> file.read(), "does not exist");
        refused(() -> SecretKeyFile.of(directory).read(), "is not a regular file");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw--w----", "rw----r--", "rw-----w-", "rw---x---", "rw-------"})
    void opensOnlyWhatItsOwnerAloneMayTouch(String mode) throws IOException {
        write(SecretKeyFile.newKeyLine());
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
        if (mode.equals("rw-------")) {
            assertThat(file.read().keys()).hasSize(1);
        } else {
            refused(() -> file.read(), mode.startsWith("rw----") ? "is open to everybody" : "is open to its group");
        }
    }

    @Test
    void credentialMayBeGivenByAnAccessListButNotToEverybody() throws IOException {
        write(SecretKeyFile.newKeyLine());
        var credential = SecretKeyFile.ofCredential(path);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r-----"));
        assertThat(credential.read().keys()).hasSize(1);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--r--r--"));
        refused(() -> credential.read(), "is open to everybody");
    }

    @Test
    void refusesALink() throws IOException {
        write(SecretKeyFile.newKeyLine());
        var link = Files.createSymbolicLink(directory.resolve("link"), path);
        refused(() -> SecretKeyFile.of(link).read(), "is a symbolic link");
        refused(() -> SecretKeyFile.ofCredential(link).read(), "is a symbolic link");
    }

    /** Only root can give a file away, and root can; whoever else runs this test sees that a foreign file is refused. */
    @Test
    void refusesAFileOfAnotherUser() throws IOException {
        var foreign = path;
        if (Files.getAttribute(Path.of("/proc/self/task"), "unix:uid").equals(0)) {
            write(SecretKeyFile.newKeyLine());
            Files.setAttribute(path, "unix:uid", 65534);
        } else {
            foreign = Path.of("/etc/hostname");
        }
        var read = SecretKeyFile.of(foreign);
        assertThat(catchThrowableOfType(ProblemException.class, read::read)
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.SERVER_SECRET_KEY_FILE);
        var owner = Files.getOwner(foreign).getName();
        if (foreign.equals(path)) {
            refused(read::read, "belongs to " + owner);
            var service = SecretKeyFile.ofService(path, owner);
            var added = service.addKey();
            assertThat(service.read().keys()).contains(added).hasSize(2);
            assertThat(Files.getOwner(path).getName()).as("the owner stays").isEqualTo(owner);
        }
    }

    @Test
    void neverRepeatsTheKeyInAProblem() {
        var almost = write(SecretKeyFile.newKeyLine().strip() + "0");

        var told = refused(() -> file.read(), "has a line").render();

        assertThat(told).doesNotContain(almost.substring(0, 8));
        write(SecretKeyFile.newKeyLine());
        assertThat(file.read() + " " + file).doesNotContainPattern("[0-9a-f]{32}");
    }

    private static io.keelson.problem.Problem refused(ThrowingCallable call, String what) {
        var refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(ProblemCode.SERVER_SECRET_KEY_FILE);
        assertThat(refused.problem().what()).contains(what);
        return refused.problem();
    }
}
