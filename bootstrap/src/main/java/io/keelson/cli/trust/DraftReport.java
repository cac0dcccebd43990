package io.keelson.cli.trust;

import io.keelson.cli.output.Terminal;
import io.keelson.cli.repository.Ceremony;
import io.keelson.cli.repository.KeyNames;
import io.keelson.cli.repository.ReleaseDirectory;
import io.keelson.cli.repository.Saved;
import io.keelson.trust.tuf.repository.Quorum;
import picocli.CommandLine.Model.CommandSpec;

/** Says what became of a draft, and whose turn it is. */
record DraftReport(CommandSpec spec, RepositoryOption repository) {
    /** After a change. */
    void changed(ReleaseDirectory directory, Saved saved) {
        var terminal = Terminal.of(spec);
        if (!saved.voided().isEmpty()) {
            terminal.say("The draft says something else now: the signatures of "
                    + directory.names().names(saved.voided()) + " are void, and have to be made again.");
        }
        if (!new Ceremony(directory).pending().isEmpty()) {
            terminal.say("Next: " + repository.next("sign") + " --key KEY");
        }
    }

    /** {@code 1 more of bob, carol}; {@code enough} if nobody is missing. */
    static String missing(Quorum quorum, KeyNames names) {
        var others = quorum.keyIds().stream()
                .filter(id -> !quorum.signedIds().contains(id))
                .toList();
        return quorum.met() ? "enough" : quorum.missing() + " more of " + names.names(others);
    }
}
