package io.keelson.agent.session;

import io.grpc.Status;
import io.keelson.agent.facts.HostFacts;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.session.calls.Renewal;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.reports.ReportSpool;
import io.keelson.agent.session.reports.Reports;
import io.keelson.agent.session.tunnel.Tunnels;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.agent.session.wire.WireFacts;
import io.keelson.etcd.MemberReport;
import io.keelson.fleet.Revision;
import io.keelson.proto.agent.v1.Hello;
import io.keelson.release.BundleName;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Keeps a session open with one of the servers for as long as the agent runs: reconnects with growing, jittered pauses,
 * turns to the next server when one does not answer, renews the host's certificate. Whatever happens here, nothing on
 * the host changes because of it.
 */
public final class SessionClient {
    private static final System.Logger LOG = System.getLogger("keelson.session");

    private final ServerLink link;
    private final Renewal renewal;
    private final AcceptedOrders orders;
    private final ReportSpool spool;
    private final Tunnels tunnels;
    private final Self self;

    public SessionClient(
            ServerLink link, Renewal renewal, AcceptedOrders orders, ReportSpool spool, Tunnels tunnels, Self self) {
        this.link = link;
        this.renewal = renewal;
        this.orders = orders;
        this.spool = spool;
        this.tunnels = tunnels;
        this.self = self;
    }

    /**
     * What the agent tells of itself, and its clocks.
     *
     * @param converged highest revision that the host converged to
     * @param level of its operating system that the host came to
     * @param etcd what was seen of the host's member; empty if it is to have none
     * @param questions answers what a server wants to know beyond that
     */
    public record Self(
            String version,
            Supplier<HostFacts> facts,
            Supplier<Revision> converged,
            Supplier<Optional<BundleName>> level,
            Supplier<Optional<MemberReport>> etcd,
            Questions questions,
            InstantSource clock,
            ServerClock serverClock,
            Pacer pacer) {}

    /**
     * Runs until it is interrupted.
     *
     * @param onNews called on this thread after a new order is on the disk; must return quickly
     */
    public void run(Runnable onNews) throws InterruptedException {
        var backoff = new Backoff();
        var intake = new OrderIntake(
                link, orders, new Reports(spool, self.clock()), self.clock(), self.serverClock()::hostAhead, onNews);
        while (true) {
            var session = new ServerSession(
                    link,
                    intake,
                    spool,
                    tunnels,
                    new ServerSession.Sources(new EtcdNews(self.etcd()), self.questions()),
                    self.clock(),
                    self.serverClock());
            var endpoint = link.endpoint();
            var status = session.run(hello(), renewal::renewIfDue);
            if (status.isOk()) {
                continue; // left on purpose, to come back with a new certificate
            }
            if (session.welcomed()) {
                backoff = new Backoff();
            }
            report(endpoint, status);
            if (!renewal.renewAfter(session.refusal())) {
                link.next();
            }
            self.pacer().pause(backoff.next());
        }
    }

    private static void report(String endpoint, Status status) {
        LOG.log(Level.WARNING, "no session with " + endpoint + ": " + ServerProblems.describe(status));
    }

    private Hello hello() {
        var accepted = orders.current();
        var facts = self.facts().get();
        return Hello.newBuilder()
                .setAgentVersion(self.version())
                .setBootId(facts.bootId())
                .setFacts(WireFacts.write(facts))
                .setEpoch(accepted.epoch().value())
                .setAcceptedRevision(accepted.revision().value())
                .setConvergedRevision(self.converged().get().value())
                .setClockMillis(self.clock().millis())
                .setAnswersQuestions(true)
                .setOsLevel(self.level().get().map(BundleName::value).orElse(""))
                .build();
    }
}
