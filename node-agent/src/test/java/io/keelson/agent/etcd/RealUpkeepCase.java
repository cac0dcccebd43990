package io.keelson.agent.etcd;

import static org.awaitility.Awaitility.await;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Pacer;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdUpkeep;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Three real members with a quota that is soon full, and hosts in memory on which they are looked after. */
final class RealUpkeepCase implements AutoCloseable {
    static final int QUOTA = 64 << 20;
    static final int VALUE = 1 << 20;

    /** A minute is six seconds. */
    private static final Pacer HURRIED = new Pacer() {
        private static final int TIMES = 10;

        @Override
        public long nanos() {
            return System.nanoTime() * TIMES;
        }

        @Override
        public void pause(Duration time) throws InterruptedException {
            Pacer.system().pause(time.dividedBy(TIMES));
        }
    };

    final LinuxHost real = new LinuxHost();
    final RealMembers etcd;

    RealUpkeepCase(Path directory) {
        etcd = new RealMembers(directory, "--quota-backend-bytes=" + QUOTA);
    }

    /** Returns when all are sound. */
    void start() {
        etcd.members().forEach(member -> etcd.start(member, 1));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> etcd.members().stream()
                        .allMatch(member -> real.etcd()
                                .status(client(member))
                                .filter(MemberStatus::carries)
                                .isPresent()));
    }

    @Override
    public void close() {
        etcd.close();
        real.close();
    }

    Etcd.Member client(EtcdMember member) {
        return etcd.layout(member).client(member);
    }

    MemberStatus status(EtcdMember member) {
        return real.etcd().status(client(member)).orElseThrow();
    }

    EtcdMember leader() {
        return etcd.members().stream()
                .filter(member -> real.etcd()
                        .status(client(member))
                        .filter(status -> status.role() == Role.LEADER)
                        .isPresent())
                .findFirst()
                .orElseThrow();
    }

    EtcdMember follower() {
        return etcd.members().stream()
                .filter(member -> status(member).role() == Role.FOLLOWER)
                .findFirst()
                .orElseThrow();
    }

    MemoryHost host(EtcdMember own) {
        var host = new MemoryHost(real.etcd());
        UpkeepNote.write(host, etcd.layout(own).upkeepFile(), EtcdUpkeep.NONE);
        var page = real.network()
                .get(own.clientUrl() + "/metrics", client(own).tls(), Duration.ofSeconds(5))
                .orElseThrow();
        host.network().answer(EtcdPlanner.METRICS_URL + "/metrics", page.status(), page.body());
        host.programs().succeed(List.of("nft"), "");
        return host;
    }

    Upkeep upkeep(EtcdMember own, EtcdUpkeep ordered) {
        return new Upkeep(etcd.spec(own, 1).kept(ordered), own, etcd.layout(own), HURRIED);
    }

    void startAgain(EtcdMember member) {
        etcd.start(member, 1);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> real.etcd()
                        .status(client(member))
                        .filter(MemberStatus::carries)
                        .isPresent());
    }
}
