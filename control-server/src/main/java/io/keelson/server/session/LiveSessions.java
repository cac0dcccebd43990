package io.keelson.server.session;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.keelson.etcd.MemberReport;
import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.Answer;
import io.keelson.proto.agent.v1.ServerMessage;
import io.keelson.release.Digest;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.authority.TrustReport;
import io.keelson.server.authority.TrustReports;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.DesiredStates;
import io.keelson.server.director.Director;
import io.keelson.server.leader.Servers;
import io.keelson.server.observed.Hello;
import io.keelson.server.observed.HostReport;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.peer.Peer;
import io.keelson.server.store.Watch;
import io.keelson.trust.pki.Keys;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The sessions of the agents that are connected to this server: at most one per host, the newest. One watch tells what
 * hosts are to be, one timer ends the sessions that fell silent.
 */
public final class LiveSessions implements AutoCloseable {
    /** How often an agent says that it lives. */
    static final Duration HEARTBEAT = Duration.ofSeconds(4);
    /** After this silence a session is ended. */
    static final Duration SILENCE = HEARTBEAT.multipliedBy(3);

    /**
     * An order that was not carried out is sent anew so often, before it is too old: a host that could not accept it then
     * may be able to by now.
     */
    static final Duration AGAIN = Director.ORDER_VALIDITY.dividedBy(2);

    private static final System.Logger LOG = System.getLogger(LiveSessions.class.getName());

    private final String server;
    private final DesiredStates desired;
    private final ObservedStates observed;
    private final Servers servers;
    private final Director director;
    private final Trust trust;
    private final InstantSource clock;
    private final Map<HostId, AgentSession> live = new ConcurrentHashMap<>();
    private final List<Watch> watches = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("silent sessions").factory());

    public LiveSessions(
            String server,
            DesiredStates desired,
            ObservedStates observed,
            Servers servers,
            Director director,
            Trust trust,
            InstantSource clock) {
        this.server = server;
        this.desired = desired;
        this.observed = observed;
        this.servers = servers;
        this.director = director;
        this.trust = trust;
        this.clock = clock;
    }

    /**
     * What agents are told of the authorities, and where it is kept what they say of them.
     */
    public record Trust(KnownAuthorities known, TrustReports reports) {}

    /** Pushes changes and looks for silence from now on. */
    public void start() {
        watches.add(desired.watch(this::push));
        watches.add(servers.watch(this::tellServers));
        trust.known().onChange(this::tellAuthorities);
        var unused =
                timer.scheduleWithFixedDelay(() -> Thread.startVirtualThread(this::endSilent), 1, 1, TimeUnit.SECONDS);
        var again = timer.scheduleWithFixedDelay(
                () -> Thread.startVirtualThread(this::orderAgain),
                AGAIN.toSeconds(),
                AGAIN.toSeconds(),
                TimeUnit.SECONDS);
    }

    /** Hosts that are connected to this server now. */
    public List<HostId> connected() {
        return live.keySet().stream().sorted().toList();
    }

    Optional<AgentSession> of(HostId host) {
        return Optional.ofNullable(live.get(host));
    }

    /** A session begins: greets the agent and tells it what the host is to be. */
    AgentSession begin(Peer peer, Hello hello, boolean answersQuestions, StreamObserver<ServerMessage> stream) {
        var host = peer.host();
        var now = clock.instant();
        var session = new AgentSession(peer, UUID.randomUUID().toString(), stream, answersQuestions, now);
        session.converged(hello.converged());
        observed.connected(host, session.id(), server, hello, now);
        var older = live.put(host, session);
        if (older != null) {
            older.end(Status.ABORTED.withDescription("a newer session of host " + host + " has begun"));
        }
        try {
            session.welcome(now, (int) HEARTBEAT.toSeconds());
            session.servers(agentEndpoints());
            session.authorities(trust.known().get());
            // After the registration, so that a change in between comes by the watch if not by this read.
            desired.get(host).ifPresent(state -> session.push(state, director));
        } catch (RuntimeException e) {
            live.remove(host, session);
            throw e;
        }
        LOG.log(Level.INFO, "host {0} is connected, agent {1}", host, hello.agentVersion());
        return session;
    }

    private List<String> agentEndpoints() {
        return servers.all().stream().map(Servers.Endpoints::agents).toList();
    }

    private void tellServers() {
        var endpoints = agentEndpoints();
        live.values().forEach(session -> session.servers(endpoints));
    }

    private void tellAuthorities() {
        live.values().forEach(session -> session.authorities(trust.known().get()));
    }

    /** The agent knows servers by these authorities. */
    void trusts(AgentSession session, Set<Digest> authorities) {
        var peer = session.peer();
        trust.reports()
                .keep(new TrustReport(
                        peer.host(),
                        Keys.spkiDigest(peer.key()),
                        authorities,
                        trust.known().get().issuerOf(peer.certificate())));
    }

    /** The agent of a session lives. */
    void heard(AgentSession session) {
        var now = clock.instant();
        session.heard(now);
        if (!now.isBefore(session.written().plus(ObservedHost.GRANULARITY))) {
            session.written(now);
            try {
                observed.seen(session.host(), session.id(), now);
            } catch (ProblemException e) {
                LOG.log(Level.WARNING, "that host {0} lives was not stored: {1}", session.host(), e.getMessage());
            }
        }
    }

    /** Stores a report and says so to the agent, also when it was stored before. */
    void report(AgentSession session, HostReport report) {
        session.heard(clock.instant());
        observed.report(session.host(), report, clock.instant());
        if (report.event().converged()) {
            session.converged(report.revision());
        }
        session.acknowledge(report.spool(), report.sequence());
    }

    /** Keeps what an agent says of the etcd member on its host, in place of what it said before. */
    void etcd(AgentSession session, MemberReport report) {
        var now = clock.instant();
        session.heard(now);
        observed.etcd(session.host(), session.id(), report, now);
    }

    /** The agent answers what it was asked. */
    void answered(AgentSession session, Answer answer) {
        session.heard(clock.instant());
        session.answered(answer);
    }

    /** A session is over, for whatever reason. */
    void end(AgentSession session) {
        if (live.remove(session.host(), session)) {
            LOG.log(Level.INFO, "host {0} is disconnected", session.host());
        }
        try {
            observed.disconnected(session.host(), session.id(), session.heard());
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "that host {0} left was not stored: {1}", session.host(), e.getMessage());
        }
    }

    private void push(DesiredState state) {
        of(state.host()).ifPresent(session -> session.push(state, director));
    }

    /** Agents carry out the same order only once. */
    void orderAgain() {
        for (var session : live.values()) {
            if (session.owesResult()) {
                try {
                    desired.get(session.host()).ifPresent(state -> session.pushAgain(state, director));
                } catch (ProblemException e) {
                    LOG.log(Level.WARNING, "host {0} gets its order later: {1}", session.host(), e.getMessage());
                }
            }
        }
    }

    private void endSilent() {
        Instant limit = clock.instant().minus(SILENCE);
        for (var session : live.values()) {
            if (session.heard().isBefore(limit)) {
                LOG.log(Level.WARNING, "host {0} has been silent for {1}", session.host(), SILENCE);
                session.end(Status.DEADLINE_EXCEEDED.withDescription("silent for " + SILENCE));
                end(session);
            }
        }
    }

    /** Ends all sessions; the agents dial again and may find another server. */
    @Override
    public void close() {
        timer.shutdownNow();
        watches.forEach(Watch::close);
        for (var session : live.values()) {
            session.end(Status.UNAVAILABLE.withDescription("the server is being stopped"));
            end(session);
        }
    }
}
