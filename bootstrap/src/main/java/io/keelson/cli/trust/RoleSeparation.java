package io.keelson.cli.trust;

import io.keelson.cli.repository.RootEdit.Party;
import io.keelson.cli.repository.RootEdit.Plan;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.tuf.metadata.Root;

/** Keys that lie on servers and keys of people stay apart, also after a rotation. */
record RoleSeparation(Root root) {
    void require(Party party, Plan plan) {
        for (var other : Party.values()) {
            if ((other == Party.ONLINE) != (party == Party.ONLINE)) {
                requireApart(plan, other);
            }
        }
    }

    private void requireApart(Plan plan, Party other) {
        for (var key : plan.keys()) {
            boolean shared = other.roles().stream()
                    .anyMatch(role ->
                            root.keysOf(role).keyIds().contains(key.key().id()));
            if (shared) {
                throw Problem.error(
                                ProblemCode.TRUST_SIGNING_REFUSED,
                                "key " + key.name() + " is a key of " + other + ", and no key is both a person's and"
                                        + " a server's",
                                Remedy.advise("Make another key.", "keelson trust keygen --help"))
                        .asException();
            }
        }
    }
}
