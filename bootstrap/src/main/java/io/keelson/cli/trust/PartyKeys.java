package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.NamedKey;
import io.keelson.cli.repository.RootEdit.Party;
import io.keelson.cli.repository.RootEdit.Plan;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Plans of keys as they are typed: what makes no sense is refused, what is unwise is warned of. */
record PartyKeys(CommandSpec spec) {
    Plan plan(Party party, List<Path> files, int threshold) {
        var keys = files.stream().map(NamedKey::read).toList();
        var different = keys.stream().map(key -> key.key().id()).distinct().count();
        if (different < keys.size()) {
            throw new ParameterException(spec.commandLine(), "the same key is given twice for " + party);
        }
        if (threshold < 1 || threshold > keys.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "the threshold of " + party + " is " + threshold + ", but there are " + keys.size()
                            + " keys; in a laboratory one key with --lab is enough");
        }
        return new Plan(keys, threshold);
    }

    /** A key that lies on a server must not release. */
    void requireApart(Plan online, Party party, Plan people) {
        for (var key : online.keys()) {
            if (people.keys().stream()
                    .anyMatch(other -> other.key().id().equals(key.key().id()))) {
                throw Problem.error(
                                ProblemCode.TRUST_SIGNING_REFUSED,
                                "the online key " + key.name() + " is a key of " + party + " too",
                                Remedy.advise(
                                        "Make a key of its own for the server.",
                                        "keelson trust keygen --out online --no-passphrase"))
                        .asException();
            }
        }
    }

    /** Says what a thief, or a loss, would do. */
    void warn(Map<Party, Plan> plans) {
        var warnings = new ArrayList<Problem>();
        plans.forEach((party, plan) -> {
            if (party != Party.ONLINE && plan.threshold() == 1) {
                warnings.add(weak("one key of " + party + " is enough to sign for it", "1"));
            } else if (party != Party.ONLINE && plan.threshold() == plan.keys().size()) {
                warnings.add(weak(
                        "all " + plan.threshold() + " keys of " + party
                                + " must sign; if one is lost, nobody can any more",
                        "all"));
            }
        });
        Terminal.of(spec).show(warnings);
    }

    private static Problem weak(String what, String size) {
        return Problem.warning(
                ProblemCode.TRUST_THRESHOLD_WEAK,
                what,
                Remedy.advise(
                        size.equals("1")
                                ? "Let three people have a key and two of them sign, except in a laboratory."
                                : "Give one person more a key than must sign."));
    }
}
