package io.keelson.cli.firstserver;

import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.host.Programs;
import io.keelson.cli.keeper.KeeperTurns;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.cli.keeper.ServerEtcdOrder;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.release.Digest;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import io.keelson.trust.snapshot.SnapshotSeal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;

/** A control server that runs, with a snapshot of its etcd. */
abstract class RestorationFixture extends InitialisationFixture {
    static final Path DATABASE = Path.of("/var/lib/keelson/etcd/member/snap/db");
    /** Minutes from 2024-01-01 to the host's clock. */
    static final int NUMBER = 1_491_120;

    static final Path BEFORE = Path.of("/var/lib/keelson/etcd/before-" + NUMBER + "/snap/db");
    static final byte[] SNAPSHOT = snapshot("what was once");

    SnapshotKeyFile key = new SnapshotKeyFile(Path.of("none"));
    Path sealed = Path.of("none");
    long revision = 500;

    @BeforeEach
    void aServerThatRuns() throws Exception {
        run();
        host.files().put(DATABASE.toString(), "what is now");
        host.programs()
                .answer(
                        List.of(directory
                                .resolve("releases/kubernetes-1.20.2-1/bin/etcdutl")
                                .toString()),
                        this::etcdutl);
        key = key("own.key");
        sealed = sealed(SNAPSHOT);
    }

    SnapshotKeyFile key(String name) {
        var file = directory.resolve(name);
        AtomicFile.write(file, SnapshotKeyFile.fresh(), FileMode.SECRET);
        return new SnapshotKeyFile(file);
    }

    Path sealed(byte[] plain) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var seal = SnapshotSeal.sealing(key.recipient(), bytes)) {
            seal.write(plain);
        }
        return Files.write(directory.resolve("20260102T030405Z-server.cms"), bytes.toByteArray());
    }

    static byte[] snapshot(String what) {
        var data = what.repeat(100).getBytes(StandardCharsets.UTF_8);
        var hash = HexFormat.of().parseHex(Digest.of(data).hex());
        var whole = Arrays.copyOf(data, data.length + hash.length);
        System.arraycopy(hash, 0, whole, data.length, hash.length);
        return whole;
    }

    Programs.Result etcdutl(List<String> argv) {
        if (argv.get(2).equals("status")) {
            return new Programs.Result(0, "{\"hash\":1,\"revision\":" + revision + ",\"totalKey\":1}", "");
        }
        var to = argv.stream()
                .filter(each -> each.startsWith("--data-dir="))
                .map(each -> Path.of(each.substring("--data-dir=".length())))
                .findFirst()
                .orElseThrow();
        host.files().put(to.resolve("member/snap/db").toString(), text(Path.of(argv.get(3))));
        host.files().put(to.resolve("member/wal/0.wal").toString(), "log");
        return new Programs.Result(0, "", "");
    }

    Restoration restoration() {
        return new Restoration(host, files(), directory.resolve("releases"), new PassingTime());
    }

    ServerEtcdOrder order() {
        return new OrderFile(files()).read(host).orElseThrow();
    }

    void anew(String name) throws Exception {
        directory = Files.createDirectories(directory.resolve(name));
        prepare();
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", 200, "etcd_server_quota_backend_bytes 1000\n");
        host.memoryEtcd().voter("192.0.2.10");
        host.memoryEtcd().lead("192.0.2.10");
        host.memoryEtcd().size("192.0.2.10", 500, 490);
        aServerThatRuns();
    }

    KeeperTurns keeper() {
        return new KeeperTurns(host, files(), directory.resolve("releases"), new PassingTime());
    }

    static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }
}
