package io.keelson.server.api;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.NodeName;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.DrainLimits;
import java.time.Duration;
import java.util.Optional;

/** How careful an emptying is to be, as it comes from outside. */
final class DrainLimitsReader {
    private DrainLimitsReader() {}

    /** @throws ProblemException RESOURCE_INVALID: limits that are none */
    static DrainPolicy read(DrainLimits limits) {
        try {
            return new DrainPolicy(
                    limits.getLimitMillis() == 0
                            ? DrainPolicy.CAREFUL.limit()
                            : Duration.ofMillis(limits.getLimitMillis()),
                    limits.getBarePods(),
                    limits.getEmptyDir(),
                    limits.getForceAfterMillis() == 0
                            ? Optional.empty()
                            : Optional.of(Duration.ofMillis(limits.getForceAfterMillis())),
                    limits.hasGraceSeconds()
                            ? Optional.of(Duration.ofSeconds(limits.getGraceSeconds()))
                            : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RESOURCE_INVALID,
                            Optional.ofNullable(e.getMessage()).orElse("the limits are none"),
                            Remedy.advise("See what a drain can be told.", "keelson node drain --help")),
                    e);
        }
    }

    /** @throws ProblemException NODE_UNKNOWN: no node can have that name */
    static NodeName node(String name) {
        try {
            return new NodeName(name);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.NODE_UNKNOWN,
                            "no node can have the name '" + Printable.of(name) + "'",
                            Remedy.advise("See which nodes there are.", "keelson get nodes")),
                    e);
        }
    }
}
