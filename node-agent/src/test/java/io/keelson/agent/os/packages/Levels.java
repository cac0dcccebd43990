package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.plan.Step;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.Manifest.Support;
import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/** Levels for tests, and a run of their steps as the agent's runner makes it, but for the journal. */
final class Levels {
    private Levels() {}

    static Level of(String name, PackageFormat format, Path directory, OsPackage... packages) {
        var day = LocalDate.of(2026, 11, 1);
        var manifest = new OsManifest(
                new BundleName(name),
                format == PackageFormat.DEB ? new OsRelease("debian", "12") : new OsRelease("rocky", "9"),
                format,
                "linux",
                "amd64",
                "0.1.0",
                new Support(day, day, day),
                0,
                List.of(),
                List.of(packages).stream().sorted().toList());
        return new Level(manifest, Digest.of(name.getBytes(StandardCharsets.UTF_8)), directory);
    }

    /** What halts the steps; empty if all of them hold. */
    static Optional<Problem> run(Host host, List<Step> steps) {
        for (var step : steps) {
            var problem = run(host, step);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    private static Optional<Problem> run(Host host, Step step) {
        try {
            switch (step.observe(host)) {
                case Satisfied satisfied -> {
                    return Optional.empty();
                }
                case Refused(var problem) -> {
                    return Optional.of(problem);
                }
                case Needed needed -> step.apply(host, new SilentActivity());
            }
            return switch (step.observe(host)) {
                case Satisfied satisfied -> Optional.empty();
                case Refused(var problem) -> Optional.of(problem);
                case Needed(var still) ->
                    Optional.of(Problem.error(
                            ProblemCode.HOST_STEP_DID_NOT_SETTLE, step.id() + ": " + still, Remedy.advise("Look.")));
            };
        } catch (ProblemException e) {
            return Optional.of(e.problem());
        }
    }

    /** The reboot, which comes after everything but the note of it. */
    static Step reboot(List<Step> steps) {
        return steps.stream()
                .filter(step -> step.id().value().equals("os.reboot"))
                .findFirst()
                .orElseThrow();
    }

    /** Steps up to the reboot, which no test may make. */
    static List<Step> upToReboot(List<Step> steps) {
        return steps.stream()
                .takeWhile(step -> !step.id().value().equals("os.reboot"))
                .toList();
    }
}
