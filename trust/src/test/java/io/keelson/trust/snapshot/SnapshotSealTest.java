package io.keelson.trust.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotSealTest {
    private final KeyPair keys = Keys.generate(Algorithm.ECDSA_P256);
    private final byte[] plain = snapshot(300_000);

    static byte[] snapshot(int size) {
        var bytes = new byte[size + 32];
        new Random(7).nextBytes(bytes);
        var hash = Digest.sha256();
        hash.update(bytes, 0, size);
        System.arraycopy(hash.digest(), 0, bytes, size, 32);
        return bytes;
    }

    private static byte[] seal(KeyPair to, byte[] plain) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var sealing = SnapshotSeal.sealing(to.getPublic(), out)) {
            sealing.write(plain);
        }
        return out.toByteArray();
    }

    private static byte[] open(KeyPair by, byte[] sealed) {
        var out = new ByteArrayOutputStream();
        SnapshotSeal.open(new ByteArrayInputStream(sealed), by.getPrivate(), out, "snapshot x");
        return out.toByteArray();
    }

    private static void refuses(ProblemCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
    }

    @Test
    void whatWasSealedIsOpenedAgain() throws IOException {
        var sealed = seal(keys, plain);
        assertThat(open(keys, sealed)).isEqualTo(plain);
        assertThat(sealed.length).isGreaterThan(plain.length);
        assertThat(seal(keys, plain)).isNotEqualTo(sealed);
    }

    @Test
    void anotherKeyIsToldFromDamage() throws IOException {
        var sealed = seal(keys, plain);
        refuses(ProblemCode.ETCD_SNAPSHOT_FOREIGN, () -> open(Keys.generate(Algorithm.ECDSA_P256), sealed));
    }

    @Test
    void whatWasCutShortIsRefused() throws IOException {
        var sealed = seal(keys, plain);
        for (int kept : new int[] {0, 1, 40, 200, sealed.length / 2, sealed.length - 20, sealed.length - 1}) {
            refuses(ProblemCode.ETCD_SNAPSHOT_CORRUPT, () -> open(keys, Arrays.copyOf(sealed, kept)));
        }
    }

    @Test
    void everyChangedByteIsNoticed() throws IOException {
        var sealed = seal(keys, snapshot(2_000));
        var original = open(keys, sealed);
        for (int at = 0; at < sealed.length; at++) {
            var changed = sealed.clone();
            changed[at] ^= 1;
            try {
                // What says nothing of the content, such as an unused parameter's encoding, may read the same.
                assertThat(open(keys, changed)).as("byte %d", at).isEqualTo(original);
            } catch (ProblemException e) {
                assertThat(e.problem().code())
                        .isIn(ProblemCode.ETCD_SNAPSHOT_CORRUPT, ProblemCode.ETCD_SNAPSHOT_FOREIGN);
            }
        }
    }

    @Test
    void openSslReadsIt(@TempDir Path directory) throws Exception {
        Files.write(directory.resolve("key.pem"), Pem.encode(keys.getPrivate()));
        Files.write(directory.resolve("sealed"), seal(keys, plain));
        var process = new ProcessBuilder(
                        "openssl",
                        "cms",
                        "-decrypt",
                        "-binary",
                        "-inform",
                        "DER",
                        "-in",
                        "sealed",
                        "-inkey",
                        "key.pem",
                        "-out",
                        "plain")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .isZero();
        assertThat(Files.readAllBytes(directory.resolve("plain"))).isEqualTo(plain);
    }

    @Test
    void aSnapshotEndsWithItsHash() throws IOException {
        for (int piece : new int[] {1, 31, 32, 33, 4096, plain.length}) {
            var passed = new ByteArrayOutputStream();
            var check = new SnapshotCheck(passed);
            for (int at = 0; at < plain.length; at += piece) {
                check.write(plain, at, Math.min(piece, plain.length - at));
            }
            assertThat(check.verify("snapshot x").hex())
                    .isEqualTo(HexFormat.of().formatHex(plain, plain.length - 32, plain.length));
            assertThat(passed.toByteArray()).isEqualTo(plain);
            assertThat(check.bytes()).isEqualTo(plain.length);
        }
    }

    @Test
    void aSnapshotThatDoesNotIsRefused() {
        refuses(ProblemCode.ETCD_SNAPSHOT_CORRUPT, () -> checked(Arrays.copyOf(plain, plain.length - 1)));
        refuses(ProblemCode.ETCD_SNAPSHOT_CORRUPT, () -> checked(Arrays.copyOf(plain, 10)));
        refuses(ProblemCode.ETCD_SNAPSHOT_CORRUPT, () -> checked(new byte[0]));
        // The hash of nothing at all is a whole stream, and no database.
        refuses(ProblemCode.ETCD_SNAPSHOT_CORRUPT, () -> checked(Digest.sha256().digest()));
    }

    private static void checked(byte[] bytes) throws IOException {
        var check = new SnapshotCheck(OutputStream.nullOutputStream());
        check.write(bytes);
        check.verify("snapshot x");
    }

    /** The agent has 64 MiB; a database has gigabytes. */
    @Test
    void aSnapshotManyTimesAsLargeAsTheHeapPasses(@TempDir Path directory) throws Exception {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "-Xmx32m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LargeSnapshot.class.getName(),
                        directory.resolve("sealed").toString(),
                        "256")
                .redirectErrorStream(true)
                .start();
        var said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said).contains(Long.toString((256L << 20) + 32));
    }
}
