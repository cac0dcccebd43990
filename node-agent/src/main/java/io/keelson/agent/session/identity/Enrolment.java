package io.keelson.agent.session.identity;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.keelson.agent.facts.HostFacts;
import io.keelson.agent.session.wire.Channels;
import io.keelson.agent.session.wire.ServerProblems;
import io.keelson.agent.session.wire.WireFacts;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Zone;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.enrolment.v1.EnrolmentServiceGrpc;
import io.keelson.proto.enrolment.v1.JoinRequest;
import io.keelson.proto.enrolment.v1.JoinResponse;
import io.keelson.release.Digest;
import io.keelson.trust.JoinToken;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/** Gives this host its identity, once. */
public final class Enrolment {
    private static final int SECONDS = 60;

    private final IdentityStore store;
    private final Path trust;
    private final Memory memory;
    private final Channels channels;
    private final InstantSource clock;

    /** What a host remembers of the orders that it obeyed. */
    @FunctionalInterface
    public interface Memory {
        /** The host was told that already; it must be on the disk when this returns. */
        void begin(Epoch epoch, Revision revision);
    }

    /** @param trust where is kept what is trusted of the release repository: {@link AgentDirectory#trust()} */
    public Enrolment(IdentityStore store, Path trust, Memory memory, Channels channels, InstantSource clock) {
        this.store = store;
        this.trust = trust;
        this.memory = memory;
        this.channels = channels;
        this.clock = clock;
    }

    /**
     * What to ask for.
     *
     * @param server {@code host:port} of the operators' port
     * @param hostname becomes the host's id
     * @param address by which other hosts reach this one
     * @param trustedRoot root metadata of the release repository that was given by hand; wins over the server's,
     *     and over the digest in the token
     */
    public record Order(
            String server,
            JoinToken token,
            HostId hostname,
            Zone zone,
            IpAddress address,
            Optional<byte[]> trustedRoot) {
        /** What the server's root has to be, if it counts. */
        Optional<Digest> pinnedRoot() {
            return trustedRoot.isPresent() ? Optional.empty() : token.root();
        }
    }

    /**
     * Enrols. Nothing is written before the server has answered and its answer was verified; a crash before the last
     * write leaves a host without identity, and a token that was used. The repository's root comes first: there is no
     * identity without one.
     *
     * @throws ProblemException HOST_ALREADY_ENROLLED, what the server refused, or IDENTITY_REJECTED if its answer does
     *     not fit the request or there is no root; TRUST_METADATA_INVALID or TRUST_THRESHOLD_NOT_MET if what is to be
     *     the root is none
     */
    public Identity join(Order order, HostFacts facts) {
        if (store.exists()) {
            throw Problem.error(
                            ProblemCode.HOST_ALREADY_ENROLLED,
                            "this host is enrolled as " + store.load().host(),
                            Remedy.advise("See its state; a host is enrolled once.", "keelson-agent status"))
                    .asException();
        }
        order.trustedRoot().ifPresent(RepositoryTrust::check); // before a token is used up
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        var answer = ask(order, facts, keys);
        var identity = verified(order, keys, answer);
        var told = answer.getTrustedRoot().toByteArray();
        order.pinnedRoot().ifPresent(pinned -> RepositoryTrust.require(pinned, told));
        var root = RepositoryTrust.choose(order.trustedRoot(), told);
        var epoch = counted(answer.getEpoch(), Epoch::new);
        var revision = counted(answer.getRevision(), Revision::new);
        RepositoryTrust.begin(trust, root);
        memory.begin(epoch, revision);
        store.save(identity);
        return identity;
    }

    private JoinResponse ask(Order order, HostFacts facts, KeyPair keys) {
        var request = JoinRequest.newBuilder()
                .setToken(order.token().text())
                .setCsr(ByteString.copyFrom(
                        CertificateRequest.create(keys, order.hostname().value())))
                .setHostname(order.hostname().value())
                .setZone(order.zone().value())
                .setAddress(order.address().value())
                .setFacts(WireFacts.write(facts))
                .setClockMillis(clock.millis())
                .setRootSha256(order.pinnedRoot().map(Digest::hex).orElse(""))
                .build();
        ManagedChannel channel = channels.pinned(order.server(), order.token().caSpki());
        try {
            return EnrolmentServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SECONDS, TimeUnit.SECONDS)
                    .join(request);
        } catch (StatusRuntimeException e) {
            throw ServerProblems.of(e);
        } finally {
            channel.shutdownNow();
        }
    }

    private Identity verified(Order order, KeyPair keys, JoinResponse answer) {
        var ca = Pem.certificates(answer.getCa().toByteArray());
        if (ca.stream()
                .noneMatch(c ->
                        Keys.spkiDigest(c.getPublicKey()).equals(order.token().caSpki()))) {
            throw rejected("the answer's authority is not the token's");
        }
        var host = new HostId(answer.getHostId());
        if (!host.equals(order.hostname())) {
            throw rejected("the certificate is for " + host + ", asked was for " + order.hostname());
        }
        var chain = Pem.certificates(answer.getChain().toByteArray());
        HostCertificate.verify(chain, ca, host, keys.getPublic(), clock.instant());
        return new Identity(host, keys.getPrivate(), chain, ca, answer.getAgentEndpointsList());
    }

    private static <T> T counted(long number, LongFunction<T> type) {
        if (number < 0) {
            throw rejected("epoch or revision is negative");
        }
        return type.apply(number);
    }

    private static ProblemException rejected(String why) {
        return HostCertificate.rejected(why);
    }
}
