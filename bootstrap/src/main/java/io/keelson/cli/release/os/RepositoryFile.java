package io.keelson.cli.release.os;

import io.keelson.cli.release.yaml.Complaints;
import io.keelson.problem.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Repositories of rpm, as dnf.conf(5) describes them, read strictly and written anew: dnf gets nothing that was not understood
 * here. Every package has to be signed, by a key that lies in a file of this machine; so a repository without one is refused.
 *
 * @param repositories those that are enabled, by their ids: options and values
 */
record RepositoryFile(Map<String, Map<String, String>> repositories) {
    private static final String ID = "[A-Za-z0-9][A-Za-z0-9._:-]*";

    /** Given to dnf; the keys are given as files. */
    private static final Set<String> KNOWN = Set.of(
            "name",
            "baseurl",
            "mirrorlist",
            "metalink",
            "repo_gpgcheck",
            "gpgkey",
            "priority",
            "cost",
            "exclude",
            "excludepkgs",
            "includepkgs",
            "module_hotfixes");

    /** What vendors write and what changes nothing here: metadata are read once, certificates always verified. */
    private static final Set<String> WITHOUT_EFFECT = Set.of(
            "enabled",
            "gpgcheck",
            "autorefresh",
            "countme",
            "deltarpm",
            "enabled_metadata",
            "failovermethod",
            "fastestmirror",
            "keepcache",
            "max_parallel_downloads",
            "metadata_expire",
            "minrate",
            "retries",
            "skip_if_unavailable",
            "sslverify",
            "timeout",
            "type",
            "ui_repoid_vars");

    private static final Set<String> YES = Set.of("1", "yes", "true", "on");
    private static final Set<String> NO = Set.of("0", "no", "false", "off");

    /** dnf goes by its default where it does not understand one of these, and says so to nobody. */
    private static final Set<String> SWITCHES = Set.of("gpgcheck", "repo_gpgcheck", "module_hotfixes");

    /** In the order of the file, by which dnf prefers one of two that have the same. */
    RepositoryFile {
        repositories = Collections.unmodifiableMap(new LinkedHashMap<>(repositories));
    }

    /**
     * Reads a file for a level.
     *
     * @throws io.keelson.problem.ProblemException RELEASE_DESCRIPTION_INVALID with all that is wrong in it
     */
    static RepositoryFile read(Path file, LevelDescription level) {
        var complaints = new Complaints(file.toString());
        var enabled = new LinkedHashMap<String, Map<String, String>>();
        sections(file, complaints).forEach((id, section) -> {
            if (isOn(section, "enabled", complaints)) {
                enabled.put(id, checked(file, level, section, complaints));
            }
        });
        if (enabled.isEmpty()) {
            refuse(complaints, 1, "no repository is enabled in it", "Write [id], baseurl=, and gpgkey=.");
        }
        complaints.throwIfAny();
        return new RepositoryFile(enabled);
    }

    /** @param line of its name  @param options by name, with the line of each */
    private record Section(int line, String id, Map<String, Option> options) {}

    private record Option(int line, String value) {}

    private static Map<String, Section> sections(Path file, Complaints complaints) {
        var sections = new LinkedHashMap<String, Section>();
        var current = new Section(1, "", new LinkedHashMap<>());
        var name = "";
        int number = 0;
        for (var line : lines(file)) {
            number++;
            var text = line.strip();
            if (text.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
                continue;
            }
            if (Character.isWhitespace(line.charAt(0)) && current.options().containsKey(name)) {
                current.options()
                        .computeIfPresent(
                                name, (key, old) -> new Option(old.line(), (old.value() + " " + text).strip()));
            } else if (line.matches("\\[" + ID + "]\\s*")) {
                current = new Section(number, text.substring(1, text.length() - 1), new LinkedHashMap<>());
                name = "";
                if (current.id().equals("main") || sections.put(current.id(), current) != null) {
                    refuse(complaints, number, text + " is main, or there twice", "Name each repository once.");
                }
            } else if (line.matches("[a-z_]+\\s*=.*") && !current.id().isEmpty()) {
                name = line.substring(0, line.indexOf('=')).strip();
                var option =
                        new Option(number, line.substring(line.indexOf('=') + 1).strip());
                if (current.options().put(name, option) != null) {
                    refuse(complaints, number, name + " is there twice", "Keep one of them.");
                }
            } else {
                refuse(complaints, number, "is no [id] and no option=value", "See dnf.conf(5), repo options.");
            }
        }
        return sections;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static boolean isOn(Section section, String option, Complaints complaints) {
        var found = section.options().getOrDefault(option, new Option(section.line(), "1"));
        var value = found.value().toLowerCase(Locale.ROOT);
        if (!YES.contains(value) && !NO.contains(value)) {
            refuse(complaints, found.line(), option + " is neither 1 nor 0", "Write " + option + "=1.");
        }
        return !NO.contains(value);
    }

    private static Map<String, String> checked(
            Path file, LevelDescription level, Section section, Complaints complaints) {
        var options = new LinkedHashMap<String, String>();
        section.options().forEach((name, option) -> {
            if (KNOWN.contains(name)) {
                options.put(name, option.value());
            } else if (!WITHOUT_EFFECT.contains(name)) {
                refuse(complaints, option.line(), "option " + name + " is not supported", "Remove it.");
            }
        });
        var off = SWITCHES.stream()
                .filter(name -> !isOn(section, name, complaints))
                .toList();
        if (off.contains("gpgcheck")) {
            refuse(
                    complaints,
                    section.line(),
                    "[" + section.id() + "] has packages that are not checked",
                    "Write gpgcheck=1 and gpgkey=; name the files of packages that nobody has signed in files.");
        }
        var keys = keys(file, level, section, complaints);
        if (keys.isEmpty()) {
            refuse(
                    complaints,
                    section.line(),
                    "[" + section.id() + "] has no gpgkey",
                    "Name files with the public keys that its packages are signed with.");
        }
        options.put("gpgkey", keys.stream().map(key -> key.toUri().toString()).collect(Collectors.joining(" ")));
        return options;
    }

    /** Whoever fetches a key together with what it is to vouch for has looked at neither. */
    private static List<Path> keys(Path file, LevelDescription level, Section section, Complaints complaints) {
        var option = section.options().getOrDefault("gpgkey", new Option(section.line(), ""));
        var keys = new ArrayList<Path>();
        for (var each : option.value().split("[\\s,]+")) {
            var text = each.replace("$releasever", level.release().version())
                    .replace("$basearch", DnfRoot.baseArchitecture(level.architecture()));
            if (text.isEmpty()) {
                continue;
            }
            if (!text.startsWith("file:") && text.contains(":")) {
                refuse(
                        complaints,
                        option.line(),
                        "gpgkey " + text + " is no file",
                        "Fetch the key, compare it with what its owner states, and name the file.");
                continue;
            }
            var key = file.resolveSibling(text.replaceFirst("^file:(//)?", ""))
                    .toAbsolutePath()
                    .normalize();
            if (!Files.isRegularFile(key)) {
                refuse(
                        complaints,
                        option.line(),
                        "gpgkey " + key + " is not there",
                        "Paths are relative to the list of repositories.");
            }
            keys.add(key);
        }
        return keys;
    }

    private static void refuse(Complaints complaints, int line, String what, String advice) {
        complaints.add(ProblemCode.RELEASE_DESCRIPTION_INVALID, line, what, advice);
    }

    /** Files with the keys of all repositories. */
    List<Path> keys() {
        return repositories.values().stream()
                .flatMap(each -> List.of(each.getOrDefault("gpgkey", "").split(" ")).stream())
                .distinct()
                .map(key -> Path.of(URI.create(key)))
                .sorted()
                .toList();
    }

    /** For dnf. */
    String configuration() {
        var text = new StringBuilder();
        repositories.forEach((id, options) -> {
            text.append('[').append(id).append("]\n");
            options.forEach(
                    (name, value) -> text.append(name).append('=').append(value).append('\n'));
        });
        return text.toString();
    }
}
