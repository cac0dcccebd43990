package io.keelson.cli.release.os;

import io.keelson.cli.release.Source;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which packages of repositories a level needs, by apt: what the base has in a lower version, what is named, and what those
 * need. The answer is written into a lock beside the description, and read from there until somebody removes it.
 */
record Resolver(Tools tools) {
    /** {@code 'http://host/pool/x.deb' x_1_all.deb 1234 SHA256:ab...}: what apt would fetch. */
    private static final Pattern FETCHES = Pattern.compile("'([^']+)' \\S+ \\d+ SHA256:([0-9a-f]{64})");

    private static final Pattern LOCKED = Pattern.compile("([0-9a-f]{64}) {2}(\\S+)");
    private static final String HEADER = "# What keelson bundle build has resolved. Remove the file to resolve anew.\n";

    /** @param work an empty directory */
    List<Source> sources(LevelDescription level, LevelDescription.Resolve wanted, Path work) {
        try {
            if (!Files.exists(level.lock())) {
                var found = resolve(level, wanted, work);
                Files.writeString(level.lock(), HEADER + String.join("", found));
            }
            return read(level.lock());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + level.lock(), e);
        }
    }

    private List<String> resolve(LevelDescription level, LevelDescription.Resolve wanted, Path work) {
        var apt = new ArrayList<>(
                AptRoot.make(work, level.architecture(), level.base()).command());
        apt.addAll(List.of("-o", "Dir::Etc::SourceList=" + wanted.sources().toAbsolutePath()));
        var update = new ArrayList<>(apt);
        update.addAll(List.of("-o", "APT::Update::Error-Mode=any", "update"));
        var unused = tools.output(
                update,
                ProblemCode.RELEASE_SOURCE_UNAVAILABLE,
                "the repositories of " + wanted.sources() + " cannot be read");
        var ask = new ArrayList<>(apt);
        ask.addAll(List.of("--print-uris", "--yes", "--no-remove", "--with-new-pkgs", "upgrade"));
        Stream.concat(level.required().stream(), wanted.packages().stream())
                .distinct()
                .forEach(ask::add);
        return tools.output(
                        ask,
                        ProblemCode.RELEASE_PACKAGES_INCOMPLETE,
                        "the repositories have not all that " + level.name() + " needs")
                .lines()
                .filter(line -> line.startsWith("'"))
                .map(Resolver::locked)
                .sorted()
                .toList();
    }

    private static String locked(String line) {
        var matcher = FETCHES.matcher(line);
        if (!matcher.matches()) {
            throw Problem.error(
                            ProblemCode.RELEASE_SOURCE_UNAVAILABLE,
                            "apt gives no SHA-256 for " + line,
                            Remedy.advise("Use a repository whose index has SHA-256 digests."))
                    .asException();
        }
        return matcher.group(2) + "  " + matcher.group(1) + "\n";
    }

    private static List<Source> read(Path lock) throws IOException {
        var sources = new ArrayList<Source>();
        for (var line : Files.readAllLines(lock)) {
            if (line.startsWith("#")) {
                continue;
            }
            var matcher = LOCKED.matcher(line);
            if (!matcher.matches()) {
                throw Problem.error(
                                ProblemCode.RELEASE_DESCRIPTION_INVALID,
                                lock + " has a line that is no digest and address: " + line,
                                Remedy.advise("Remove the file to resolve anew.", "rm " + lock))
                        .asException();
            }
            sources.add(new Source.Remote(URI.create(matcher.group(2)), new Digest(matcher.group(1))));
        }
        return List.copyOf(sources);
    }
}
