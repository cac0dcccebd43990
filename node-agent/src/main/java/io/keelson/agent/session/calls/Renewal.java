package io.keelson.agent.session.calls;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.session.identity.HostCertificate;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.AgentServiceGrpc;
import io.keelson.proto.agent.v1.RenewHostCertificateRequest;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.HostTrust;
import io.keelson.trust.pki.Pem;
import java.lang.System.Logger.Level;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Renews the host's certificate, for the same key, from a third of its life on or when another authority signs now, and
 * also when its time is over: then it is the one thing that a server lets the host do. Used by the session's thread.
 */
public final class Renewal {
    private static final System.Logger LOG = System.getLogger("keelson.session");
    private static final Duration WIDEST_SPREAD = Duration.ofMinutes(5);
    private static final Duration BETWEEN_TRIES = Duration.ofMinutes(10);
    private static final int SECONDS = 15;

    private final IdentityStore store;
    private final ServerLink link;
    private final InstantSource clock;
    private final Supplier<Duration> spread;
    private Optional<Instant> afterRotation = Optional.empty();
    private Instant notBefore = Instant.MIN;

    /** @param spread how long to wait when another authority begins to sign, see {@link #spread} */
    public Renewal(IdentityStore store, ServerLink link, InstantSource clock, Supplier<Duration> spread) {
        this.store = store;
        this.link = link;
        this.clock = clock;
        this.spread = spread;
    }

    /** Up to five minutes, so that the hosts of a fleet do not all renew in one moment when the authority is rotated. */
    public static Duration spread() {
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(WIDEST_SPREAD.toMillis()));
    }

    /**
     * Renews if it is time to. A refusal is logged and tried again after ten minutes; the old certificate serves on.
     *
     * @return whether there is a new certificate, so that the connection has to be made anew
     */
    public boolean renewIfDue() {
        var now = clock.instant();
        boolean due = link.identity().renewalDue(now) || superseded(now);
        return due && !now.isBefore(notBefore) && tryToRenew(now);
    }

    /**
     * Renews after a session that failed. Without a valid certificate there is nothing else to do, so that it is tried
     * each time; the caller pauses in between.
     *
     * @param refusal what the server said; it knows the time better than a host that was off for long
     */
    public boolean renewAfter(Optional<ProblemCode> refusal) {
        var now = clock.instant();
        boolean expired = HostTrust.expired(link.identity().certificate(), now)
                || refusal.filter(code -> code == ProblemCode.HOST_CERTIFICATE_EXPIRED)
                        .isPresent();
        return expired ? tryToRenew(now) : renewIfDue();
    }

    private boolean superseded(Instant now) {
        afterRotation = link.superseded()
                ? Optional.of(afterRotation.orElseGet(() -> now.plus(spread.get())))
                : Optional.empty();
        return afterRotation.filter(from -> !now.isBefore(from)).isPresent();
    }

    private boolean tryToRenew(Instant now) {
        notBefore = now.plus(BETWEEN_TRIES);
        try {
            renew(now);
            return true;
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "the host certificate was not renewed: " + e.getMessage());
            return false;
        }
    }

    private void renew(Instant now) {
        var identity = link.identity();
        var publicKey = identity.certificate().getPublicKey();
        var csr = CertificateRequest.create(
                new KeyPair(publicKey, identity.key()), identity.host().value());
        try {
            var answer = AgentServiceGrpc.newBlockingStub(link.channel())
                    .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                    .renewHostCertificate(RenewHostCertificateRequest.newBuilder()
                            .setCsr(ByteString.copyFrom(csr))
                            .build());
            if (answer.hasAuthorities()) {
                // First: a host that was away may not know the one yet that signs now.
                var told = answer.getAuthorities();
                link.authorities(told.getCertificates().toByteArray(), told.getSigning());
            }
            var chain = Pem.certificates(answer.getChain().toByteArray());
            HostCertificate.verify(chain, link.identity().ca(), identity.host(), publicKey, now);
            store.renew(chain);
            link.renew();
            LOG.log(
                    Level.INFO,
                    "host certificate renewed until "
                            + chain.getFirst().getNotAfter().toInstant());
        } catch (StatusRuntimeException e) {
            throw ServerProblems.of(e);
        }
    }
}
