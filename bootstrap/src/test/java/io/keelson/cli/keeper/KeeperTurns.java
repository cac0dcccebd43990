package io.keelson.cli.keeper;

import io.keelson.agent.etcd.MemberLook;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Pacer;
import io.keelson.fleet.EtcdMember;
import io.keelson.problem.Problem;
import java.nio.file.Path;
import java.util.Optional;

/** A keeper that is alive, one turn after the other. */
public final class KeeperTurns {
    private final Host host;
    private final KeeperFiles files;
    private final Path releases;
    private final Pacer pacer;
    private final EtcdKeeper keeper;

    public KeeperTurns(Host host, KeeperFiles files, Path releases, Pacer pacer) {
        this.host = host;
        this.files = files;
        this.releases = releases;
        this.pacer = pacer;
        keeper = new EtcdKeeper(host, files, releases, pacer, (revision, event) -> {});
    }

    /** Looks and acts. @return what halted the last turn */
    public Optional<Problem> take(int turns) throws InterruptedException {
        var order = new OrderFile(files).read(host).orElseThrow();
        var look = new MemberLook(host, new OrderedEtcd(host, files, releases).layout(order), files.growth(), pacer);
        var halt = Optional.<Problem>empty();
        for (int turn = 0; turn < turns; turn++) {
            keeper.saw(look.look(EtcdMember.standard(order.server(), order.address())));
            halt = keeper.take();
        }
        return halt;
    }
}
