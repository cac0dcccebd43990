package io.keelson.cli.release.os;

import io.keelson.cli.release.ReleaseReader;
import io.keelson.cli.release.yaml.Complaints;
import io.keelson.cli.release.yaml.Fields;
import io.keelson.cli.release.yaml.StrictYaml;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a bundle is built from: a description of a release of Kubernetes, or of a level of an operating system. */
public sealed interface Descriptions {
    /** {@code kind: Release}. */
    record Kubernetes(ReleaseReader.Result release) implements Descriptions {}

    /** {@code kind: OsLevel}. */
    record OperatingSystem(LevelDescription level) implements Descriptions {}

    /**
     * Reads a description of either kind.
     *
     * @throws ProblemException with every reason why no bundle can be built from it
     */
    static Descriptions read(Path file) {
        var absolute = file.toAbsolutePath();
        var complaints = new Complaints(file.toString());
        var root = StrictYaml.read(text(file), complaints);
        if (root.filter(Descriptions::isLevel).isEmpty()) {
            return new Kubernetes(ReleaseReader.read(file));
        }
        var level = LevelReader.read(absolute, root.get(), complaints);
        return new OperatingSystem(level.orElseThrow());
    }

    private static boolean isLevel(Fields root) {
        return root.names().contains("kind")
                && root.optionalText("kind").filter(LevelReader.KIND::equals).isPresent();
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RELEASE_DESCRIPTION_INVALID,
                            "the description " + file + " cannot be read: " + e,
                            Remedy.advise("Name a readable YAML file with -f.")),
                    e);
        }
    }
}
