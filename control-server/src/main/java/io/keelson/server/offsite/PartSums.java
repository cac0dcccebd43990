package io.keelson.server.offsite;

import io.keelson.etcd.TakenSnapshot;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The MD5 of each part of a file, in base64, as stores ask for it ({@code Content-MD5}, RFC 1864): against bytes that change on
 * their way, and not against people, for whom the snapshot is sealed.
 */
final class PartSums {
    private static final int CHUNK = 256 << 10;

    private PartSums() {}

    /**
     * Reads all of it once.
     *
     * @param part bytes of each but the last
     * @return at least one
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_CORRUPT: the file is not what was handed in
     */
    static List<String> of(TakenSnapshot snapshot, Path sealed, long part) {
        var sums = new ArrayList<String>();
        var whole = Digest.sha256();
        try (var file = Files.newInputStream(sealed)) {
            long left;
            do {
                left = part;
                var sum = md5();
                int read = 1;
                while (left > 0 && read > 0) {
                    var chunk = file.readNBytes((int) Math.min(left, CHUNK));
                    read = chunk.length;
                    left -= read;
                    sum.update(chunk);
                    whole.update(chunk);
                }
                if (left < part || sums.isEmpty()) {
                    sums.add(Base64.getEncoder().encodeToString(sum.digest()));
                }
            } while (left == 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + sealed, e);
        }
        requireSealed(snapshot, sealed, Digest.of(whole));
        return sums;
    }

    /**
     * @param found of what was read
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_CORRUPT: the file is not what was handed in
     */
    static void requireSealed(TakenSnapshot snapshot, Path sealed, Digest found) {
        if (!found.equals(snapshot.sealed())) {
            throw Problem.error(
                            ProblemCode.ETCD_SNAPSHOT_CORRUPT,
                            "the file of snapshot " + snapshot.id() + " of cluster " + snapshot.cluster()
                                    + " is not what was handed in, and is not copied",
                            Remedy.advise(
                                    "Look at the server's disk; others are copied by themselves.", "ls -l " + sealed))
                    .asException();
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has MD5", e);
        }
    }
}
