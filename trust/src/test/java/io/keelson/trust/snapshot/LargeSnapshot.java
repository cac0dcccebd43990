package io.keelson.trust.snapshot;

import io.keelson.release.Digest;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Seals and opens a snapshot of so many MiB in a file; a program of its own, so that its heap can be small. */
final class LargeSnapshot {
    private LargeSnapshot() {}

    public static void main(String[] arguments) throws IOException {
        var file = Path.of(arguments[0]);
        int mebibytes = Integer.parseInt(arguments[1]);
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var hash = Digest.sha256();
        var chunk = new byte[1 << 20];
        new Random(1).nextBytes(chunk);
        try (var out = new BufferedOutputStream(Files.newOutputStream(file));
                var check = new SnapshotCheck(SnapshotSeal.sealing(keys.getPublic(), out))) {
            for (int n = 0; n < mebibytes; n++) {
                chunk[0] = (byte) n;
                hash.update(chunk);
                check.write(chunk);
            }
            check.write(hash.digest());
            check.verify("it");
        }
        try (var in = Files.newInputStream(file)) {
            var check = new SnapshotCheck(OutputStream.nullOutputStream());
            SnapshotSeal.open(in, keys.getPrivate(), check, "it");
            check.verify("it");
            System.out.println(check.bytes());
        }
    }
}
