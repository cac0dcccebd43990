package io.keelson.cli.release.os;

import io.keelson.problem.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Directories of a dnf that knows nothing of the machine on which it runs: neither its configuration (dnf.conf(5)), repositories,
 * variables, plugins and aliases, nor its keys. Its host has the base of a level.
 */
record DnfRoot(Path root, LevelDescription level) {
    /** Name and stream of the module that a package is of: {@code nodejs:18:9040020240301:rhel9}. */
    private static final Pattern MODULE = Pattern.compile("([A-Za-z0-9+._-]+):([A-Za-z0-9+._-]+):.*");

    static DnfRoot make(Path root, LevelDescription level, RepositoryFile repositories, Tools tools) {
        var made = new DnfRoot(root, level);
        var place = tools.output(
                        made.inside("rpm", "--eval", "%{_dbpath}"),
                        ProblemCode.RELEASE_TOOL_MISSING,
                        "rpm does not say where it keeps its packages")
                .strip();
        var database = root.resolve("host" + place);
        RpmPackaging.copyBase(level, database);
        try {
            Files.writeString(root.resolve("dnf.conf"), made.configuration(repositories));
            var labels = tools.output(
                    made.inside(
                            "rpm",
                            "--dbpath",
                            database.toString(),
                            "--query",
                            "--all",
                            "--queryformat",
                            "%{MODULARITYLABEL}\\n"),
                    ProblemCode.RELEASE_DESCRIPTION_INVALID,
                    "the base of " + level.name() + " is no package database");
            made.enableModules(labels.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + root, e);
        }
        return made;
    }

    /**
     * With {@code best} dnf fails where it would leave a package in a lower version. Whether packages are signed is seen to by
     * {@link DnfResolution}: dnf would also take the word of keys that the base has.
     */
    private String configuration(RepositoryFile repositories) {
        return """
                [main]
                reposdir=%1$s
                varsdir=%1$s
                pluginconfpath=%1$s
                plugins=False
                protected_packages=
                module_platform_id=%2$s
                best=True
                install_weak_deps=False
                clean_requirements_on_remove=False
                installonly_limit=0
                skip_if_unavailable=False
                gpgcheck=False
                """.formatted(root.resolve("none"), platform()) + repositories.configuration();
    }

    private String platform() {
        var version = level.release().version();
        return level.release().id().equals("fedora")
                ? "platform:f" + version
                : "platform:el" + version.replaceAll("\\..*", "");
    }

    /** What the base has of a module's stream gets higher versions of that stream only (modularity(7)). */
    private void enableModules(List<String> labels) throws IOException {
        var streams = new TreeMap<String, String>();
        labels.stream()
                .map(MODULE::matcher)
                .filter(label -> label.matches())
                .forEach(label -> streams.put(label.group(1), label.group(2)));
        var directory = Files.createDirectories(root.resolve("host/etc/dnf/modules.d"));
        for (var each : streams.entrySet()) {
            Files.writeString(
                    directory.resolve(each.getKey() + ".module"),
                    "[%1$s]\nname=%1$s\nstream=%2$s\nprofiles=\nstate=enabled\n"
                            .formatted(each.getKey(), each.getValue()));
        }
    }

    /** dnf with everything that makes it work in here. */
    List<String> dnf(String... arguments) {
        var command = new ArrayList<>(inside(
                "dnf",
                "--config=" + root.resolve("dnf.conf"),
                "--installroot=" + root.resolve("host"),
                "--releasever=" + level.release().version(),
                "--forcearch=" + baseArchitecture(level.architecture()),
                "--noplugins",
                "--assumeyes",
                "--color=never"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What repositories of rpm call it. */
    static String baseArchitecture(String architecture) {
        return architecture.equals("arm64") ? "aarch64" : "x86_64";
    }

    /** A program without the macros, aliases and variables that whoever builds has for his own. */
    List<String> inside(String... command) {
        var whole = new ArrayList<>(List.of(
                "env",
                "--ignore-environment",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME=" + root.resolve("home"),
                "LC_ALL=C.UTF-8",
                "DNF_DISABLE_ALIASES=1"));
        whole.addAll(List.of(command));
        return whole;
    }
}
