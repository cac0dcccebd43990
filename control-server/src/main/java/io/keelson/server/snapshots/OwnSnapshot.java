package io.keelson.server.snapshots;

import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.NodeName;
import io.keelson.release.Digest;
import io.keelson.server.store.StoreCopy;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.snapshot.SnapshotCheck;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.PublicKey;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/**
 * A snapshot of the server's own etcd, encrypted while it streams by, as agents take clusters'.
 *
 * @param recipient whose private key opens it
 */
record OwnSnapshot(PublicKey recipient, InstantSource clock) {
    /** In the place of the host that hands one in; whichever server takes it, it is of the same etcd. */
    static final HostId HOST = new HostId("server");

    private static final NodeName MEMBER = new NodeName("server");

    /** Writes the encrypted file, durably. */
    TakenSnapshot write(StoreCopy store, Path file) {
        var taken = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var id = SnapshotId.of(taken, MEMBER);
        var keyspace = store.keyspace();
        try (var channel = open(file);
                var sealed = new DigestOutputStream(
                        new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel)),
                        Digest.sha256())) {
            var plain = new SnapshotCheck(SnapshotSeal.sealing(recipient, sealed));
            Digest content;
            try (plain) {
                store.snapshot(plain);
                content = plain.verify("what etcd sent as snapshot " + id);
            }
            sealed.flush();
            channel.force(true);
            return new TakenSnapshot(
                    id,
                    ClusterName.OF_SERVER,
                    MEMBER,
                    taken,
                    keyspace,
                    plain.bytes(),
                    content,
                    channel.size(),
                    Digest.of(sealed.getMessageDigest()),
                    Keys.spkiDigest(recipient));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write snapshot " + id, e);
        }
    }

    private static FileChannel open(Path file) throws IOException {
        Files.deleteIfExists(file);
        return FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
}
