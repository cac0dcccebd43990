package io.keelson.agent.os.packages;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * It is written down on the host which level it has: once every package of the level that is there is in its version or a
 * higher one, and the package database found the files of all of them to be theirs. JSON, version 1.
 */
record LevelReached(Level level, PackageManager manager, Path file) implements Step {
    /** The note's name. */
    static final String FILE = "os-level.json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int VERSION = 1;
    private static final int SHOWN = 5;

    /** The level that a note is about. One that cannot be read says nothing: it is written anew by who brings a level. */
    static Optional<BundleName> noted(Host host, Path file) {
        return host.files().read(file).flatMap(LevelReached::level);
    }

    private static Optional<BundleName> level(byte[] note) {
        try {
            var tree = JSON.readTree(note);
            return tree.path("v").asInt() == VERSION
                    ? Optional.of(new BundleName(tree.path("level").asText()))
                    : Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public StepId id() {
        return new StepId("os.level");
    }

    @Override
    public String title() {
        return "verify and note " + level;
    }

    @Override
    public Finding observe(Host host) {
        var below = Change.of(host, manager, level, manager.installed(host));
        if (!below.isEmpty()) {
            return new Needed(below.getFirst() + " is missing");
        }
        return note().isOn(host)
                ? new Satisfied("the host has " + level + ", " + level.digest().abbreviated())
                : new Needed("no note says that the host has " + level);
    }

    @Override
    public void apply(Host host, Activity activity) {
        var installed = manager.installed(host);
        var there = level.manifest().packages().stream()
                .filter(each -> installed.stream()
                        .anyMatch(found -> found.isOf(each) && found.version().equals(each.version())))
                .toList();
        activity.progress("comparing the files of " + there.size() + " packages");
        var differences = manager.differences(host, there);
        if (!differences.isEmpty()) {
            throw differ(differences).asException();
        }
        note().write(host);
    }

    private Problem differ(List<String> differences) {
        return Problem.error(
                ProblemCode.HOST_PACKAGES_DIFFER,
                differences.size() + " files of " + level + " are not what was installed: "
                        + differences.stream().limit(SHOWN).map(LastWords::of).collect(Collectors.joining(", ")),
                Remedy.advise("Find out what has changed them, and install their packages again.", "dpkg --verify"));
    }

    private HostFile note() {
        var tree = JSON.createObjectNode()
                .put("v", VERSION)
                .put("level", level.manifest().name().value())
                .put("manifest", level.digest().hex());
        return HostFile.text(file, tree + "\n");
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> host.files().remove(file));
    }
}
