package io.keelson.server.api;

import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.enrolment.JoinTokens;
import io.keelson.server.enrolment.Reinstallation;
import java.time.Duration;
import java.util.Optional;

/** Judges what operators ask of join tokens, and has them made. */
final class TokenRequests {
    private final JoinTokens tokens;
    private final Hosts hosts;
    private final Reinstallation reinstallation;

    TokenRequests(JoinTokens tokens, Hosts hosts, Reinstallation reinstallation) {
        this.tokens = tokens;
        this.hosts = hosts;
        this.reinstallation = reinstallation;
    }

    JoinTokens.Issued issue(String operator, CreateJoinTokenRequest request) {
        var ttl = request.getTtlSeconds() == 0 ? JoinTokens.DEFAULT_TTL : Duration.ofSeconds(request.getTtlSeconds());
        if (!ttl.isPositive() || ttl.compareTo(JoinTokens.LONGEST_TTL) > 0) {
            throw invalid("a token cannot live for " + ttl.toSeconds() + " s", "Choose 1 s to 24 h.");
        }
        var host = host(request.getHostname());
        return request.getReinstall()
                ? tokens.issueForReinstall(operator, enrolled(host), ttl)
                : tokens.issue(operator, host, ttl);
    }

    /** Said here as well as to the host: a name that was mistyped would be found out only at the machine. */
    private HostId enrolled(Optional<HostId> named) {
        var id = named.orElseThrow(
                () -> invalid("a token for a host that was installed anew names no host", "Give it with --hostname."));
        var host = hosts.find(id)
                .orElseThrow(() -> Problem.error(
                                ProblemCode.HOST_UNKNOWN,
                                "there is no host " + id + " that could have been installed anew",
                                Remedy.advise("See which hosts there are.", "keelson get hosts"))
                        .asException());
        if (host.revoked()) {
            throw invalid(
                    "host " + id + " was revoked: its identity was taken away for good",
                    "Give the machine another name.");
        }
        reinstallation.refusal(id).ifPresent(problem -> {
            throw problem.asException();
        });
        return id;
    }

    private static Optional<HostId> host(String hostname) {
        if (hostname.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new HostId(hostname));
        } catch (IllegalArgumentException e) {
            throw invalid(
                    "'" + Printable.of(hostname) + "' is no host name", "Write lower-case letters, digits, dashes.");
        }
    }

    private static ProblemException invalid(String what, String advice) {
        return Problem.error(ProblemCode.RESOURCE_INVALID, what, Remedy.advise(advice))
                .asException();
    }
}
