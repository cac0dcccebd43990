package io.keelson.server.authorityrotation;

import io.keelson.fleet.HostId;
import io.keelson.server.authority.Authorities;
import io.keelson.server.authority.Generation;
import io.keelson.server.authorityrotation.RotationStep.Drop;
import io.keelson.server.authorityrotation.RotationStep.Rest;
import io.keelson.server.authorityrotation.RotationStep.Sign;
import io.keelson.server.authorityrotation.RotationStep.WaitFor;
import io.keelson.server.authorityrotation.RotationStep.WaitUntil;
import io.keelson.server.enrolment.JoinTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;

/**
 * Decides what comes next in a rotation. Nothing signs that a living host does not trust yet; one that is away finds
 * its way by the link between the authorities. Nothing is dropped that any host depends on, however long it was away:
 * who will not come back has to be revoked or deleted by a person. What a host did not say is taken for not so.
 */
final class RotationPolicy {
    /** A host that was silent for so long does not delay that the new authority signs. */
    static final Duration AWAY = Duration.ofDays(1);

    /** How long servers may take to learn of a change by their watches; they look every few seconds. */
    static final Duration SETTLE = Duration.ofMinutes(1);

    /** Tokens that were made before pin the authority that signed then. */
    static final Duration OVERLAP = JoinTokens.LONGEST_TTL.plus(SETTLE);

    private RotationPolicy() {}

    /** @param hosts all that are enrolled and not revoked */
    static RotationStep next(Authorities authorities, List<RotatingHost> hosts, Instant now) {
        var announced = authorities.announced();
        if (announced.isPresent()) {
            return announced(announced.get(), hosts, now);
        }
        var retiring = authorities.retiring();
        return retiring.isPresent() ? retiring(retiring.get(), authorities.signing(), hosts, now) : new Rest();
    }

    private static RotationStep announced(Generation next, List<RotatingHost> hosts, Instant now) {
        var settled = next.since().plus(SETTLE);
        if (now.isBefore(settled)) {
            return new WaitUntil(settled, "until every server knows authority " + next.number());
        }
        var missing = ids(hosts, host -> !away(host, now) && !host.trusts().contains(next.spki()));
        return missing.isEmpty()
                ? new Sign(next.number())
                : new WaitFor(missing, "to trust authority " + next.number());
    }

    private static RotationStep retiring(Generation last, Generation signing, List<RotatingHost> hosts, Instant now) {
        var over = signing.since().plus(OVERLAP);
        if (now.isBefore(over)) {
            return new WaitUntil(over, "until no join token pins authority " + last.number());
        }
        var dependent = ids(hosts, host -> !by(signing, host));
        return dependent.isEmpty()
                ? new Drop(last.number())
                : new WaitFor(dependent, "to have a certificate of authority " + signing.number());
    }

    private static boolean by(Generation authority, RotatingHost host) {
        return host.certificateBy().filter(authority.spki()::equals).isPresent();
    }

    private static boolean away(RotatingHost host, Instant now) {
        return host.lastSeen().plus(AWAY).isBefore(now);
    }

    private static List<HostId> ids(List<RotatingHost> hosts, Predicate<RotatingHost> which) {
        return hosts.stream().filter(which).map(RotatingHost::id).sorted().toList();
    }
}
