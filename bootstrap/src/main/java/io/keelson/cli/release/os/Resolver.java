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
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which packages of repositories a level needs, by its package manager: what the base has in a lower version, what is named, and
 * what those need. The answer is written into a lock beside the description, and read from there until somebody removes it.
 */
record Resolver(Packaging packaging) {
    private static final Pattern LOCKED = Pattern.compile("([0-9a-f]{64}) {2}(\\S+)");
    private static final String HEADER = "# What keelson bundle build has resolved. Remove the file to resolve anew.\n";

    /** @param work an empty directory */
    List<Source> sources(LevelDescription level, LevelDescription.Resolve wanted, Path work) {
        try {
            if (!Files.exists(level.lock())) {
                var found = packaging.resolve(level, wanted, work).stream()
                        .map(each -> each.digest().hex() + "  " + each.url() + "\n")
                        .sorted()
                        .collect(Collectors.joining());
                Files.writeString(level.lock(), HEADER + found);
            }
            return read(level.lock());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use " + level.lock(), e);
        }
    }

    /** The packages that are asked for by their names. */
    static List<String> names(LevelDescription level, LevelDescription.Resolve wanted) {
        return Stream.concat(level.required().stream(), wanted.packages().stream())
                .distinct()
                .toList();
    }

    static String unreadable(LevelDescription.Resolve wanted) {
        return "the repositories of " + wanted.sources() + " cannot be read";
    }

    static String incomplete(LevelDescription level) {
        return "the repositories have not all that " + level.name() + " needs";
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
