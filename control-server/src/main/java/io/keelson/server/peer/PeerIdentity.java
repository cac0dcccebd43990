package io.keelson.server.peer;

import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.store.Watch;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.pki.HostUri;
import io.keelson.trust.pki.Keys;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * Decides who calls: the host that the client certificate of the TLS session names, if it is enrolled, not revoked, and
 * enrolled with that very key. Nothing in a message can change it. With an expired certificate a host can do one thing:
 * have it renewed.
 *
 * <p>What is decided at the beginning of a call is looked at again while the call is open: calls of a host that loses
 * its identity or gets another key, here or at another server, are ended, and so are calls whose certificate's time has come.
 */
public final class PeerIdentity implements ServerInterceptor, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PeerIdentity.class.getName());
    private static final String RENEWAL =
            AgentServiceGrpc.getRenewHostCertificateMethod().getFullMethodName();
    private static final long LOOK_SECONDS = 1;

    private final Hosts hosts;
    private final InstantSource clock;
    private final Set<OpenCall<?, ?>> calls = ConcurrentHashMap.newKeySet();
    private final List<Watch> watches = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("expired certificates").factory());

    public PeerIdentity(Hosts hosts, InstantSource clock) {
        this.hosts = hosts;
        this.clock = clock;
    }

    /** Watches the open calls from now on. */
    public void start() {
        watches.add(hosts.watchIdentities(
                changed -> lookAgain(call -> call.peer().host().equals(changed)), () -> lookAgain(call -> true)));
        var unused = timer.scheduleWithFixedDelay(
                () -> lookAgain(call -> call.doubted() || !call.renewal() && expired(call.peer())),
                LOOK_SECONDS,
                LOOK_SECONDS,
                TimeUnit.SECONDS);
    }

    /** How many calls are open now. */
    public int calls() {
        return calls.size();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        OpenCall<Q, R> open;
        try {
            open = new OpenCall<>(
                    call,
                    peer(call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION)),
                    call.getMethodDescriptor().getFullMethodName().equals(RENEWAL),
                    calls::remove);
        } catch (ProblemException e) {
            var status = ProblemStatus.of(e);
            call.close(
                    status.getStatus(),
                    Optional.ofNullable(status.getTrailers()).orElseGet(Metadata::new));
            return new ServerCall.Listener<>() {};
        }
        // Before it is asked whether the host may, so that no loss falls between the question and the watch.
        calls.add(open);
        try {
            require(open);
            return open.served(Contexts.interceptCall(open.peer().attach(), open, headers, next));
        } catch (RuntimeException e) {
            return open.refuse(ProblemStatus.of(e));
        }
    }

    private static Peer peer(@Nullable SSLSession session) {
        var certificate = certificate(session);
        var id = HostUri.hostId(certificate).orElseThrow(() -> rejected("the client certificate names no host"));
        return new Peer(id, certificate);
    }

    private static X509Certificate certificate(@Nullable SSLSession session) {
        try {
            if (session != null && session.getPeerCertificates()[0] instanceof X509Certificate certificate) {
                return certificate;
            }
        } catch (SSLPeerUnverifiedException e) {
            LOG.log(Level.DEBUG, "a connection shows no certificate", e);
        }
        throw rejected("the connection has no client certificate");
    }

    /** @throws ProblemException the host may not do that, or not any more */
    private void require(OpenCall<?, ?> call) {
        var peer = call.peer();
        var host = hosts.find(peer.host())
                .orElseThrow(() -> Problem.error(
                                ProblemCode.HOST_UNKNOWN,
                                "host " + peer.host() + " is not enrolled",
                                Remedy.advise(
                                        "Join the host with a new token.",
                                        "keelson token create --hostname " + peer.host()))
                        .asException());
        if (host.revoked()) {
            throw rejected("host " + host.id() + " was revoked");
        }
        if (!Keys.spkiDigest(peer.key()).equals(host.key())) {
            throw rejected("host " + host.id() + " was enrolled with another key");
        }
        if (expired(peer) && !call.renewal()) {
            throw expired(peer.host(), peer.expires());
        }
    }

    private boolean expired(Peer peer) {
        return clock.instant().isAfter(peer.expires());
    }

    /** Ends those of the calls that would not be let in now. */
    private void lookAgain(Predicate<OpenCall<?, ?>> which) {
        calls.stream().filter(which).forEach(call -> {
            call.doubt();
            Thread.ofVirtual()
                    .name("identity of " + call.peer().host())
                    .start(() -> call.settleDoubt(() -> judge(call)));
        });
    }

    /** @return whether it is known now */
    private boolean judge(OpenCall<?, ?> call) {
        try {
            require(call);
            return true;
        } catch (ProblemException e) {
            return end(call, e);
        }
    }

    private static boolean end(OpenCall<?, ?> call, ProblemException refusal) {
        if (refusal.problem().code() == ProblemCode.SERVER_STORE_UNAVAILABLE) {
            // Asked again by the timer; until the store answers the call goes on, as all do that nobody doubts.
            LOG.log(
                    Level.WARNING,
                    "whether host {0} keeps its identity is not known: {1}",
                    call.peer().host(),
                    refusal.getMessage());
            return false;
        }
        LOG.log(Level.INFO, "ended a call of host {0}: {1}", call.peer().host(), refusal.getMessage());
        call.cutOff(ProblemStatus.of(refusal));
        return true;
    }

    private static ProblemException expired(HostId host, Instant since) {
        return Problem.error(
                        ProblemCode.HOST_CERTIFICATE_EXPIRED,
                        "the certificate of host " + host + " expired at " + since,
                        Remedy.advise(
                                "Let its agent run: it has the certificate renewed by itself.",
                                "systemctl status keelson-agent"))
                .asException();
    }

    private static ProblemException rejected(String what) {
        return Problem.error(
                        ProblemCode.IDENTITY_REJECTED,
                        what,
                        Remedy.advise("Forget the host and join it again with a new token.", "keelson get hosts"))
                .asException();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        watches.forEach(Watch::close);
    }
}
