package io.keelson.agent.kubernetes;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Programs;
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
import io.keelson.release.BundleManifest.Image;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The bundle's images are in containerd's store, under the names that pods use. An image's reference always means the
 * same bytes: another content has another tag.
 *
 * @param release where the bundle lies unpacked
 */
record ContainerImages(List<Image> images, Path release) implements Step {
    private static final Duration LIST_LIMIT = Duration.ofSeconds(20);
    private static final Duration IMPORT_LIMIT = Duration.ofMinutes(5);

    ContainerImages {
        images = List.copyOf(images);
    }

    @Override
    public StepId id() {
        return new StepId("kubernetes.images");
    }

    @Override
    public String title() {
        return "import " + images.size() + " images";
    }

    @Override
    public Finding observe(Host host) {
        var listed = ctr(host, LIST_LIMIT, "images", "ls", "-q");
        if (!listed.ok()) {
            return new Needed(
                    "containerd does not list its images: " + listed.err().strip());
        }
        var missing = missing(listed.out());
        return missing.isEmpty()
                ? new Satisfied(images.size() + " images are there")
                : new Needed("missing " + missing.stream().map(Image::reference).collect(Collectors.joining(", ")));
    }

    @Override
    public void apply(Host host, Activity activity) {
        for (var image : missing(ctr(host, LIST_LIMIT, "images", "ls", "-q").out())) {
            activity.progress("importing " + image.reference());
            var archive = release.resolve(image.path()).toString();
            var result = ctr(host, IMPORT_LIMIT, "images", "import", archive);
            if (!result.ok()) {
                throw Problem.error(
                                ProblemCode.HOST_STEP_FAILED,
                                "importing " + image.reference() + " failed: "
                                        + result.err().strip(),
                                Remedy.advise(
                                        "Look at containerd's log; the agent tries again by itself.",
                                        "journalctl -u containerd -n 50"))
                        .asException();
            }
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }

    private List<Image> missing(String listed) {
        var present = listed.lines().map(String::strip).collect(Collectors.toSet());
        return images.stream()
                .filter(image -> !present.contains(image.reference()))
                .toList();
    }

    private Programs.Result ctr(Host host, Duration limit, String... arguments) {
        return host.programs().run(ctr(release, arguments), limit);
    }

    /** A command of the release's own containerd client, in the name space of Kubernetes. */
    static List<String> ctr(Path release, String... arguments) {
        return Stream.concat(
                        Stream.of(
                                release.resolve("bin/ctr").toString(),
                                "--address",
                                NodeFiles.CONTAINERD_SOCKET,
                                "--namespace",
                                "k8s.io"),
                        Stream.of(arguments))
                .toList();
    }
}
