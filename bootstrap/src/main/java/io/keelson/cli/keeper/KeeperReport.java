package io.keelson.cli.keeper;

import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.agent.session.wire.WireEtcd;
import io.keelson.etcd.MemberReport;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.EtcdUpkeep;
import io.keelson.proto.keeper.v1.KeptEtcd;
import io.keelson.proto.keeper.v1.KeptRestore;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;

/** What the keeper saw last, in a file that is gone after a boot. */
public final class KeeperReport {
    private static final System.Logger LOG = System.getLogger("keelson.keeper");

    private KeeperReport() {}

    static void write(
            Host host,
            Path file,
            ServerEtcdOrder order,
            MemberReport report,
            boolean obeyed,
            Optional<Problem> problem,
            Optional<BegunRestore> restore) {
        var message = KeptEtcd.newBuilder()
                .setServer(order.server().value())
                .setWrittenMillis(host.clock().instant().toEpochMilli())
                .setReport(WireEtcd.write(report))
                .setOrderedIncarnation(order.etcd().incarnation())
                .setOrderedUpkeep(EtcdUpkeep.newBuilder()
                        .setDefragmentation(order.etcd().upkeep().defragmentation())
                        .setLeadership(order.etcd().upkeep().leadership()))
                .setObeyed(obeyed);
        problem.map(ServerProblems::report).ifPresent(message::setProblem);
        restore.map(begun -> restore(begun, order)).ifPresent(message::setRestore);
        new HostFile(file, message.build().toByteArray(), Access.PUBLIC).write(host);
    }

    private static KeptRestore restore(BegunRestore begun, ServerEtcdOrder order) {
        var message = KeptRestore.newBuilder().setNumber(begun.number()).setPlan(begun.plan());
        order.etcd().refounding().flatMap(Refounding::origin).ifPresent(origin -> {
            switch (origin) {
                case Refounding.Origin.Snapshot(var id, var content) ->
                    message.setSnapshot(id).setContent(content.hex());
                case Refounding.Origin.Disk _ -> {}
            }
        });
        return message.build();
    }

    /**
     * The keeper cannot begin: what was seen before stays and is not said to be newer than it is; where nothing is, at least that it
     * cannot is said.
     *
     * @param server what the host calls itself
     */
    static void failed(Host host, Path file, String server, Problem problem) {
        var message = seen(host, file)
                .orElseGet(() -> KeptEtcd.newBuilder()
                        .setServer(server)
                        .setWrittenMillis(host.clock().instant().toEpochMilli())
                        .setReport(WireEtcd.write(new MemberReport(0, Optional.empty())))
                        .build())
                .toBuilder()
                .setObeyed(false)
                .setProblem(ServerProblems.report(problem))
                .build();
        new HostFile(file, message.toByteArray(), Access.PUBLIC).write(host);
    }

    private static Optional<KeptEtcd> seen(Host host, Path file) {
        try {
            var before = host.files().read(file);
            return before.isPresent() ? Optional.of(KeptEtcd.parseFrom(before.get())) : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            LOG.log(Level.DEBUG, "what a keeper of before saw cannot be read: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * What it saw.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if there is no report, or none that can be read
     */
    public static KeptEtcd read(Host host, Path file) {
        try {
            return KeptEtcd.parseFrom(host.files().read(file).orElseThrow(() -> absent(file)));
        } catch (InvalidProtocolBufferException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            file + " is no report of the keeper: " + e.getMessage(),
                            Remedy.advise("See whether it runs; it writes another one every few seconds.", status())),
                    e);
        }
    }

    private static ProblemException absent(Path file) {
        return new ProblemException(Problem.error(
                ProblemCode.HOST_STATE_UNREADABLE,
                "no keeper of a control server's etcd has written " + file,
                Remedy.advise(
                        "Ask on the host of the first control server; there, see whether the keeper runs.", status())));
    }

    private static String status() {
        return "systemctl status " + KeeperFiles.UNIT;
    }
}
