package io.keelson.agent.os;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.nio.file.Path;

/**
 * The link that tells people which release the host runs. Units name their release's directory itself, so that a
 * swapped link never changes what a restarted service runs.
 *
 * @param release the release's directory
 */
public record CurrentLink(Path release) implements Step {
    /** Leads to the release that runs. */
    public static final Path PATH = Path.of("/opt/keelson/current");

    @Override
    public StepId id() {
        return new StepId("release.current");
    }

    @Override
    public String title() {
        return "point " + PATH + " at the release";
    }

    @Override
    public Finding observe(Host host) {
        var target = host.files().linkTarget(PATH);
        return target.filter(release::equals).isPresent()
                ? new Satisfied(PATH + " -> " + release)
                : new Needed(PATH + target.map(other -> " -> " + other).orElse(" missing"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.files().link(PATH, release);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
