package io.keelson.cli.release.os;

import io.keelson.cli.release.Source;
import io.keelson.cli.release.SourceCache;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What dnf fetches for a host that has the base. Metadata of repositories say nothing that can be trusted, unless they are signed
 * ({@code repo_gpgcheck}); so the packages are fetched, and signed by one of the repositories' keys, before they are written down.
 */
record DnfResolution(Tools tools) {
    /** How rpmkeys ends the line of a package whose content and signature it has checked. */
    private static final String SIGNED = ": digests signatures OK";

    List<Source.Remote> resolve(LevelDescription level, LevelDescription.Resolve wanted, Path work) {
        var repositories = RepositoryFile.read(wanted.sources(), level);
        var dnf = DnfRoot.make(work, level, repositories, tools);
        var unused =
                tools.output(dnf.dnf("makecache"), ProblemCode.RELEASE_SOURCE_UNAVAILABLE, Resolver.unreadable(wanted));
        var fetched = work.resolve("fetched");
        fetch(dnf, level, fetched, List.of("upgrade"));
        var names = Resolver.names(level, wanted);
        if (!names.isEmpty()) {
            var install = new ArrayList<>(List.of("install"));
            install.addAll(names);
            fetch(dnf, level, fetched, install);
        }
        var files = files(fetched);
        requireSigned(dnf, repositories, wanted, files);
        var addresses = addresses(dnf, wanted, files);
        return files.stream()
                .map(file -> new Source.Remote(address(addresses, wanted, file), digest(file)))
                .toList();
    }

    /** {@code dnf upgrade} takes nothing that is not there yet, so what is to be added is looked for apart from it. */
    private void fetch(DnfRoot dnf, LevelDescription level, Path into, List<String> what) {
        var command = new ArrayList<>(dnf.dnf("--downloadonly", "--destdir=" + into));
        command.addAll(what);
        var unused = tools.output(command, ProblemCode.RELEASE_PACKAGES_INCOMPLETE, Resolver.incomplete(level));
    }

    private static List<Path> files(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
    }

    /** By rpm, whose only keys are those of the repositories; a digest alone is none of its signatures then (rpmkeys(8)). */
    private void requireSigned(
            DnfRoot dnf, RepositoryFile repositories, LevelDescription.Resolve wanted, List<Path> files) {
        if (files.isEmpty()) {
            return;
        }
        var keys = "--dbpath=" + dnf.root().resolve("keys");
        for (var key : repositories.keys()) {
            var unused = tools.output(
                    dnf.inside("rpmkeys", keys, "--import", key.toString()),
                    ProblemCode.RELEASE_DESCRIPTION_INVALID,
                    "gpgkey " + key + " is no public key");
        }
        var check = dnf.inside("rpmkeys", keys, "--define=_pkgverify_level all", "--checksig");
        files.forEach(file -> check.add(file.toString()));
        var result = tools.run(check);
        var lines = result.out().lines().toList();
        var refused = lines.stream().filter(line -> !line.endsWith(SIGNED)).toList();
        if (!result.ok() || !refused.isEmpty() || lines.size() != files.size()) {
            throw Problem.error(
                            ProblemCode.RELEASE_SOURCE_UNAVAILABLE,
                            "the repositories of " + wanted.sources()
                                    + " have packages that none of their keys has signed: "
                                    + refused.stream()
                                            .map(DnfResolution::fileName)
                                            .collect(Collectors.joining(", "))
                                    + result.err().strip(),
                            Remedy.advise(
                                    "Name the key that they are signed with in gpgkey, or take them from elsewhere."))
                    .asException();
        }
    }

    /** Addresses by the names of the files there. Of several with one name the first is as good: the digest decides. */
    private Map<String, String> addresses(DnfRoot dnf, LevelDescription.Resolve wanted, List<Path> files) {
        var packaging = new RpmPackaging(tools);
        var ask = new ArrayList<>(dnf.dnf("--quiet", "repoquery", "--location"));
        for (var file : files) {
            var each = packaging.read(file, new Source.Local(file));
            var version = each.version().contains(":") ? each.version() : "0:" + each.version();
            ask.add(each.name() + "-" + version + "." + each.architecture());
        }
        return files.isEmpty()
                ? Map.of()
                : tools.output(ask, ProblemCode.RELEASE_SOURCE_UNAVAILABLE, Resolver.unreadable(wanted))
                        .lines()
                        .sorted()
                        .collect(Collectors.toMap(DnfResolution::fileName, url -> url, (one, other) -> one));
    }

    private static String fileName(String address) {
        return address.substring(address.lastIndexOf('/') + 1);
    }

    /** dnf writes versions such as {@code 1.0^git1} as they are (RFC 3986, section 2). */
    private static URI address(Map<String, String> addresses, LevelDescription.Resolve wanted, Path file) {
        var name = file.getFileName().toString();
        var found = addresses.getOrDefault(name, "");
        var path = found.substring(0, found.lastIndexOf('/') + 1);
        try {
            if (!path.isEmpty()) {
                return new URI(
                        path + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("%7E", "~"));
            }
        } catch (URISyntaxException e) {
            throw new ProblemException(nowhere(wanted, name, found), e);
        }
        throw nowhere(wanted, name, "no address").asException();
    }

    private static Problem nowhere(LevelDescription.Resolve wanted, String name, String address) {
        return Problem.error(
                ProblemCode.RELEASE_SOURCE_UNAVAILABLE,
                "the repositories of " + wanted.sources() + " have " + name + " at " + address,
                Remedy.advise("Use a repository from which files can be fetched by their addresses."));
    }

    private static Digest digest(Path file) {
        try {
            return SourceCache.digest(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
