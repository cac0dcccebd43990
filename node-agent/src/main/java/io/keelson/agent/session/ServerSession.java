package io.keelson.agent.session;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.reports.ReportSpool;
import io.keelson.agent.session.tunnel.Tunnels;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentMessage;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.Authorities;
import io.keelson.proto.agent.v1.Heartbeat;
import io.keelson.proto.agent.v1.Hello;
import io.keelson.proto.agent.v1.OpenTunnel;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.proto.agent.v1.Trust;
import io.keelson.proto.agent.v1.Welcome;
import io.keelson.trust.pki.Keys;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One session stream from Hello to its end. All its work is done by the thread that calls {@link #run}. */
final class ServerSession {
    private static final System.Logger LOG = System.getLogger("keelson.session");
    private static final Duration WELCOME_LIMIT = Duration.ofSeconds(20);
    private static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);

    /** How often it is looked whether the server has to hear of the etcd member. */
    private static final Duration LOOK = Duration.ofMillis(250);

    private final ServerLink link;
    private final OrderIntake orders;
    private final ReportSpool spool;
    private final Tunnels tunnels;
    private final Sources sources;
    private final InstantSource clock;
    private final ServerClock serverClock;
    private final List<Thread> answering = new ArrayList<>();
    private final BlockingQueue<SessionEvent> inbox = new LinkedBlockingQueue<>();
    private boolean welcomed;
    private Optional<ProblemCode> refusal = Optional.empty();
    private long heartbeatNanos = WELCOME_LIMIT.toNanos();
    private long nextHeartbeat;
    private long sent;

    ServerSession(
            ServerLink link,
            OrderIntake orders,
            ReportSpool spool,
            Tunnels tunnels,
            Sources sources,
            InstantSource clock,
            ServerClock serverClock) {
        this.link = link;
        this.orders = orders;
        this.spool = spool;
        this.tunnels = tunnels;
        this.sources = sources;
        this.clock = clock;
        this.serverClock = serverClock;
    }

    /** What is told of the host beside its reports: unasked, and when a server asks. */
    record Sources(EtcdNews etcd, Questions questions) {}

    /**
     * Runs until the stream ends or is to be left.
     *
     * @param leave asked after each heartbeat
     * @return how it ended; OK when it was left
     */
    Status run(Hello hello, BooleanSupplier leave) throws InterruptedException {
        orders.begin();
        spool.onAppend(() -> inbox.add(new SessionEvent.Reported()));
        var stream = (ClientCallStreamObserver<AgentMessage>)
                AgentServiceGrpc.newStub(link.channel()).session(new Receiver());
        stream.onNext(AgentMessage.newBuilder().setHello(hello).build());
        nextHeartbeat = System.nanoTime() + heartbeatNanos;
        try {
            while (true) {
                long left = nextHeartbeat - System.nanoTime();
                var event = inbox.poll(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
                switch (event) {
                    case null -> {
                        if (System.nanoTime() < nextHeartbeat) {
                            tellOfEtcd(stream);
                            continue;
                        }
                        if (!welcomed) {
                            return Status.DEADLINE_EXCEEDED.withDescription("no welcome came");
                        }
                        heartbeat(stream);
                        if (leave.getAsBoolean()) {
                            return Status.OK;
                        }
                    }
                    case SessionEvent.Said(var message) -> handle(message, stream);
                    case SessionEvent.Ready() -> send(stream);
                    case SessionEvent.Reported() -> {
                        // What a step has done to the member is what the next permit waits for.
                        tellOfEtcd(stream);
                        send(stream);
                    }
                    case SessionEvent.Answered(var answer) -> {
                        // What the member was found to be is not asked again then.
                        tellOfEtcd(stream);
                        stream.onNext(
                                AgentMessage.newBuilder().setAnswer(answer).build());
                    }
                    case SessionEvent.Ended(var status, var said) -> {
                        refusal = said;
                        return status;
                    }
                }
            }
        } finally {
            spool.onAppend(() -> {});
            answering.forEach(Thread::interrupt);
            stream.cancel("the agent leaves the session", null);
        }
    }

    /** Whether the server answered Hello. */
    boolean welcomed() {
        return welcomed;
    }

    /** Why the server ended it, as far as it said. */
    Optional<ProblemCode> refusal() {
        return refusal;
    }

    private void handle(ServerMessage message, ClientCallStreamObserver<AgentMessage> stream) {
        switch (message.getBodyCase()) {
            case WELCOME -> welcome(message.getWelcome(), stream);
            case ORDER -> orders.take(message.getOrder());
            case REPORT_ACK ->
                spool.acknowledge(
                        message.getReportAck().getSpool(),
                        message.getReportAck().getSequence());
            case SERVERS -> link.servers(message.getServers().getAgentEndpointsList());
            case AUTHORITIES -> trust(message.getAuthorities(), stream);
            case OPEN_TUNNEL -> open(message.getOpenTunnel());
            case QUESTION -> {
                answering.removeIf(thread -> !thread.isAlive());
                answering.add(sources.questions()
                        .ask(message.getQuestion(), answer -> inbox.add(new SessionEvent.Answered(answer))));
            }
            case BODY_NOT_SET -> LOG.log(Level.WARNING, "the server said something that this agent does not know");
        }
    }

    private void welcome(Welcome welcome, ClientCallStreamObserver<AgentMessage> stream) {
        welcomed = true;
        var heartbeat = welcome.getHeartbeatSeconds() > 0
                ? Duration.ofSeconds(welcome.getHeartbeatSeconds())
                : DEFAULT_HEARTBEAT;
        heartbeatNanos = heartbeat.toNanos();
        nextHeartbeat = System.nanoTime() + heartbeatNanos;
        LOG.log(Level.INFO, "connected to " + link.endpoint() + ", " + spool.size() + " reports to deliver");
        serverClock.read(welcome.getClockMillis());
        serverClock
                .hostAhead()
                .filter(ahead -> ahead.abs().compareTo(ServerClock.TOLERANCE) > 0)
                .ifPresent(ahead -> LOG.log(
                        Level.WARNING,
                        "HOST_CLOCK_SKEW: this host's clock is " + ahead.toSeconds()
                                + " s off the server's; certificates may be refused. Next: timedatectl status"));
        send(stream);
        tellOfEtcd(stream);
    }

    /** On the disk before the server is told, so that it can rely on it. */
    private void trust(Authorities told, ClientCallStreamObserver<AgentMessage> stream) {
        try {
            link.authorities(told.getCertificates().toByteArray(), told.getSigning());
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, e.problem().render());
        }
        var trust = Trust.newBuilder();
        link.identity()
                .ca()
                .forEach(authority -> trust.addAuthorities(
                        Keys.spkiDigest(authority.getPublicKey()).hex()));
        stream.onNext(AgentMessage.newBuilder().setTrust(trust).build());
    }

    private void open(OpenTunnel order) {
        switch (order.getTarget()) {
            case TUNNEL_TARGET_KUBE_API -> tunnels.openKubeApi(link.channel(), order.getTunnelId());
            case TUNNEL_TARGET_UNSPECIFIED, UNRECOGNIZED ->
                LOG.log(Level.WARNING, "refused a tunnel to an unknown target: " + order.getTargetValue());
        }
    }

    private void heartbeat(ClientCallStreamObserver<AgentMessage> stream) {
        nextHeartbeat = System.nanoTime() + heartbeatNanos;
        stream.onNext(AgentMessage.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().setClockMillis(clock.millis()))
                .build());
        tellOfEtcd(stream);
    }

    private void tellOfEtcd(ClientCallStreamObserver<AgentMessage> stream) {
        if (!welcomed) {
            return;
        }
        sources.etcd()
                .due(System.nanoTime())
                .ifPresent(report ->
                        stream.onNext(AgentMessage.newBuilder().setEtcd(report).build()));
    }

    private void send(ClientCallStreamObserver<AgentMessage> stream) {
        while (welcomed && stream.isReady()) {
            var report = spool.next(sent);
            if (report.isEmpty()) {
                return;
            }
            sent = report.get().getSequence();
            stream.onNext(AgentMessage.newBuilder().setReport(report.get()).build());
        }
    }

    private final class Receiver implements ClientResponseObserver<AgentMessage, ServerMessage> {
        @Override
        public void beforeStart(ClientCallStreamObserver<AgentMessage> stream) {
            stream.setOnReadyHandler(() -> inbox.add(new SessionEvent.Ready()));
        }

        @Override
        public void onNext(ServerMessage message) {
            inbox.add(new SessionEvent.Said(message));
        }

        @Override
        public void onError(Throwable failure) {
            inbox.add(new SessionEvent.Ended(Status.fromThrowable(failure), ServerProblems.code(failure)));
        }

        @Override
        public void onCompleted() {
            inbox.add(new SessionEvent.Ended(
                    Status.UNAVAILABLE.withDescription("the server ended the session"), Optional.empty()));
        }
    }
}
