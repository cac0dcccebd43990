package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A member of three, most of whose database is free; the third one leads. */
final class UpkeepCase {
    static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/releases/x"));
    static final String A = "192.0.2.1";
    static final String B = "192.0.2.2";
    static final String C = "192.0.2.3";

    final MemoryHost host = new MemoryHost();
    final MemoryEtcd etcd = host.memoryEtcd();
    final MemoryGate gate = new MemoryGate(host, A);

    UpkeepCase() {
        List.of(A, B, C).forEach(address -> {
            etcd.voter(address);
            etcd.size(address, 1000, 200);
        });
        etcd.lead(C);
    }

    static EtcdMember member(String name, String address) {
        return EtcdMember.standard(new NodeName(name), new IpAddress(address));
    }

    static Upkeep ordered(int defragmentation, int leadership) {
        return ordered(defragmentation, leadership, new ManualPacer());
    }

    static Upkeep ordered(int defragmentation, int leadership, ManualPacer pacer) {
        var own = member("cp-a", A);
        var members = List.of(own, member("cp-b", B), member("cp-c", C));
        var upkeep = new EtcdUpkeep(defragmentation, leadership);
        return new Upkeep(new EtcdSpec("prod", members, Optional.of(own), 1, upkeep), own, LAYOUT, pacer);
    }

    Optional<EtcdUpkeep> noted() {
        return UpkeepNote.read(host, LAYOUT.upkeepFile());
    }

    /** It is refused, as a member that is needed must not be taken away from the others. */
    void waitsForTheQuorum(Upkeep permitted) {
        assertThatThrownBy(() -> permitted.apply(host, new SilentActivity()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.ETCD_QUORUM_AT_RISK));
    }
}
