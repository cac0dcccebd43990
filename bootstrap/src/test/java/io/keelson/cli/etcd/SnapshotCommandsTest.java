package io.keelson.cli.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdSnapshot;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.EtcdCluster;
import io.keelson.proto.operator.v1.EtcdSnapshotsRequest;
import io.keelson.proto.operator.v1.EtcdSnapshotsResponse;
import io.keelson.proto.operator.v1.EtcdStatusResponse;
import io.keelson.proto.operator.v1.SaveEtcdSnapshotRequest;
import io.keelson.proto.operator.v1.StoredEtcdSnapshot;
import io.keelson.proto.operator.v1.TakeEtcdSnapshotRequest;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotCommandsTest extends RecordedServerFixture {
    @TempDir
    Path directory;

    private static StoredEtcdSnapshot.Builder stored(String id) {
        return StoredEtcdSnapshot.newBuilder()
                .setHost("cp-a")
                .setHandedInMillis(Instant.now().toEpochMilli())
                .setSnapshot(EtcdSnapshot.newBuilder()
                        .setId(id)
                        .setCluster("prod")
                        .setMember("cp-a")
                        .setTakenMillis(Instant.now().minusSeconds(3700).toEpochMilli())
                        .setRevision(1234)
                        .setKeys(56)
                        .setHash(-1)
                        .setBytes(3 << 20)
                        .setPlainBytes(3 << 20));
    }

    private static byte[] database() {
        var bytes = new byte[5_000];
        Arrays.fill(bytes, (byte) 3);
        var hash = Digest.sha256();
        hash.update(bytes, 0, bytes.length - 32);
        System.arraycopy(hash.digest(), 0, bytes, bytes.length - 32, 32);
        return bytes;
    }

    @Test
    void listsThemForPeopleAndForPrograms() {
        server.snapshots(
                EtcdSnapshotsResponse.newBuilder()
                        .addSnapshots(stored("20260102T030405Z-cp-b").setProvenMillis(1))
                        .addSnapshots(stored("20260102T020405Z-cp-a").setUnproven("it is not whole"))
                        .addSnapshots(stored("20260102T010405Z-cp-c"))
                        .build(),
                new byte[0]);

        var table = Invocation.with(config, "etcd", "snapshot", "list", "prod");
        assertThat(table.status()).isZero();
        assertThat(table.lines().getFirst()).startsWith("ID").endsWith("PROVEN");
        assertThat(table.out())
                .containsPattern("20260102T030405Z-cp-b +1h1m +cp-a +1234 +56 +3.0 MiB +True\n")
                .containsPattern("20260102T020405Z-cp-a .*False\n")
                .containsPattern("20260102T010405Z-cp-c .*Unknown\n");
        assertThat(server.asked(EtcdSnapshotsRequest.class).getCluster()).isEqualTo("prod");

        var json = Invocation.with(config, "etcd", "snapshot", "list", "prod", "-o", "json");
        assertThat(json.out())
                .contains("\"hash\" : 4294967295")
                .contains("\"unproven\" : \"it is not whole\"")
                .contains("\"provenAt\" : \"1970-01-01T00:00:00.001Z\"");
    }

    @Test
    void asksForOne() {
        var called = Invocation.with(config, "etcd", "snapshot", "take", "prod");
        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("cluster/prod snapshot asked for\n");
        assertThat(server.asked(TakeEtcdSnapshotRequest.class).getCluster()).isEqualTo("prod");
    }

    @Test
    void savesOneWholeAndForItsOwnerOnly() throws IOException {
        server.snapshots(EtcdSnapshotsResponse.getDefaultInstance(), database());
        var out = directory.resolve("prod.db");

        var called = Invocation.with(
                config, "etcd", "snapshot", "save", "prod", "20260102T030405Z-cp-b", "--out", out.toString());

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEmpty();
        assertThat(Files.readAllBytes(out)).isEqualTo(database());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        assertThat(server.asked(SaveEtcdSnapshotRequest.class).getId()).isEqualTo("20260102T030405Z-cp-b");
    }

    @Test
    void whatIsCutShortOrRefusedLeavesNoFile() {
        server.snapshots(EtcdSnapshotsResponse.getDefaultInstance(), Arrays.copyOf(database(), 4_999));
        var out = directory.resolve("prod.db");
        var call = new String[] {"etcd", "snapshot", "save", "prod", "20260102T030405Z-cp-b", "--out", out.toString()};

        var cut = Invocation.with(config, call);
        assertThat(cut.status()).isEqualTo(1);
        assertThat(cut.err()).contains("ETCD_SNAPSHOT_CORRUPT");
        assertThat(directory).isEmptyDirectory();

        server.refuse(
                Status.NOT_FOUND,
                Problem.error(ProblemCode.ETCD_SNAPSHOT_UNKNOWN, "there is none", Remedy.advise("List them.")));
        var unknown = Invocation.with(config, call);
        assertThat(unknown.status()).isEqualTo(1);
        assertThat(unknown.err()).contains("ETCD_SNAPSHOT_UNKNOWN: there is none");
        assertThat(directory).isEmptyDirectory();

        assertThat(Invocation.with(config, "etcd", "snapshot", "save", "prod").status())
                .isEqualTo(64);
    }

    @Test
    void statusSaysHowOldTheyAreAndWhatIsWrong() {
        var now = Instant.now();
        server.etcd(EtcdStatusResponse.newBuilder()
                .addClusters(EtcdCluster.newBuilder()
                        .setName("prod")
                        .setNewestSnapshotMillis(now.minusSeconds(300).toEpochMilli())
                        .setProvenMillis(now.minusSeconds(7200).toEpochMilli())
                        .addSnapshotProblems(ProblemReport.newBuilder()
                                .setCode("ETCD_SNAPSHOT_OVERDUE")
                                .setWhat("the newest is old")
                                .setAdvice("Look.")
                                .setWarning(true)))
                .build());
        var called = Invocation.with(config, "etcd", "status");
        assertThat(called.status()).isZero();
        assertThat(called.out()).containsPattern("snapshots of prod: newest 5m.* old, last proven restore 2h.* ago\n");
        assertThat(called.err()).contains("warning ETCD_SNAPSHOT_OVERDUE: the newest is old");
    }
}
