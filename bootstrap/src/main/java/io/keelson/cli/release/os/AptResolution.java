package io.keelson.cli.release.os;

import io.keelson.cli.release.Source;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What apt would fetch for a host that has the base. Repositories are signed as sources.list(5) says, or refused by apt. */
record AptResolution(Tools tools) {
    /** {@code 'http://host/pool/x.deb' x_1_all.deb 1234 SHA256:ab...}: what apt would fetch. */
    private static final Pattern FETCHES = Pattern.compile("'([^']+)' \\S+ \\d+ SHA256:([0-9a-f]{64})");

    List<Source.Remote> resolve(LevelDescription level, LevelDescription.Resolve wanted, Path work) {
        var apt = new ArrayList<>(
                AptRoot.make(work, level.architecture(), level.base()).command());
        apt.addAll(List.of("-o", "Dir::Etc::SourceList=" + wanted.sources().toAbsolutePath()));
        var update = new ArrayList<>(apt);
        update.addAll(List.of("-o", "APT::Update::Error-Mode=any", "update"));
        var unused = tools.output(update, ProblemCode.RELEASE_SOURCE_UNAVAILABLE, Resolver.unreadable(wanted));
        var ask = new ArrayList<>(apt);
        ask.addAll(List.of("--print-uris", "--yes", "--no-remove", "--with-new-pkgs", "upgrade"));
        ask.addAll(Resolver.names(level, wanted));
        return tools.output(ask, ProblemCode.RELEASE_PACKAGES_INCOMPLETE, Resolver.incomplete(level))
                .lines()
                .filter(line -> line.startsWith("'"))
                .map(AptResolution::fetched)
                .toList();
    }

    private static Source.Remote fetched(String line) {
        var matcher = FETCHES.matcher(line);
        if (!matcher.matches()) {
            throw Problem.error(
                            ProblemCode.RELEASE_SOURCE_UNAVAILABLE,
                            "apt gives no SHA-256 for " + line,
                            Remedy.advise("Use a repository whose index has SHA-256 digests."))
                    .asException();
        }
        return new Source.Remote(URI.create(matcher.group(1)), new Digest(matcher.group(2)));
    }
}
