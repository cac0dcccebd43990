package io.keelson.agent.session.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.agent.session.TestServer;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.agent.session.wire.Channels;
import io.keelson.etcd.Keyspace;
import io.keelson.etcd.SnapshotId;
import io.keelson.etcd.TakenSnapshot;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots handed in to a server with real TLS on a real port. */
@SuppressWarnings("NullAway.Init")
class ServerSnapshotsTest {
    @TempDir
    Path directory;

    private final TestServer server = new TestServer();
    private final Channels channels = new Channels();
    private final byte[] sealed = new byte[1_500_000];
    private ServerLink link;
    private ServerSnapshots snapshots;

    @BeforeEach
    void begin() {
        new Random(3).nextBytes(sealed);
        link = new ServerLink(TestIdentity.save(directory, TestServer.identity(1, server.endpoint())), channels);
        snapshots = new ServerSnapshots(link);
    }

    @AfterEach
    void end() {
        link.close();
        channels.close();
        server.close();
    }

    private TakenSnapshot taken() {
        var member = new NodeName("cp-a");
        var at = Instant.parse("2026-01-02T03:04:05.678Z");
        return new TakenSnapshot(
                SnapshotId.of(at, member),
                new ClusterName("prod"),
                member,
                at,
                new Keyspace(7, 5, 0xffff_fff0L, 3),
                1_400_000,
                Digest.of(new byte[] {1}),
                sealed.length,
                Digest.of(sealed),
                Digest.of(new byte[] {2}));
    }

    private void handIn() {
        int offset = (int) snapshots.offer(taken()).orElseThrow();
        snapshots.handIn(taken(), new ByteArrayInputStream(sealed, offset, sealed.length - offset));
    }

    @Test
    void everyByteAndFieldArrives() {
        handIn();
        assertThat(server.snapshots.bytes.toByteArray()).isEqualTo(sealed);
        var said = server.snapshots.announced.getLast();
        assertThat(said).isEqualTo(server.snapshots.announced.getFirst());
        assertThat(said.getId()).isEqualTo("20260102T030405Z-cp-a");
        assertThat(said.getTakenMillis()).isEqualTo(taken().taken().toEpochMilli());
        assertThat(Integer.toUnsignedLong(said.getHash())).isEqualTo(0xffff_fff0L);
        assertThat(said.getBytes()).isEqualTo(sealed.length);
        assertThat(said.getSealed()).isEqualTo(Digest.of(sealed).hex());
        assertThat(snapshots.offer(taken())).as("it is there").isEmpty();
    }

    @Test
    void aBrokenTransferGoesOnWhereItStopped() {
        server.snapshots.breakAfter = 600_000;
        var broken = catchThrowableOfType(ProblemException.class, this::handIn);
        assertThat(broken.problem().code()).isEqualTo(ProblemCode.SERVER_UNREACHABLE);
        assertThat(server.snapshots.bytes.size()).isBetween(600_000, sealed.length - 1);
        handIn();
        assertThat(server.snapshots.bytes.toByteArray()).isEqualTo(sealed);
    }

    @Test
    void aServerThatIsAwayIsUnreachable() {
        server.close();
        assertThat(catchThrowableOfType(ProblemException.class, () -> snapshots.offer(taken()))
                        .problem()
                        .code())
                .isEqualTo(ProblemCode.SERVER_UNREACHABLE);
    }
}
