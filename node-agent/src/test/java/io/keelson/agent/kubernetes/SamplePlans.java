package io.keelson.agent.kubernetes;

import io.keelson.agent.etcd.SnapshotSource;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.os.RenderedFiles;
import io.keelson.agent.plan.Plan;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleManifest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Plans of nodes whose release is staged by one file. */
public final class SamplePlans {
    private SamplePlans() {}

    public static Plan of(
            NodeSpec spec, BundleManifest bundle, Credentials credentials, Optional<Duration> clockAhead) {
        var planner = new NodePlanner(
                any -> bundle,
                any -> RenderedFiles.one(
                        "artifact.staged",
                        "stage",
                        HostFile.text(
                                Path.of("/opt/keelson/releases", bundle.name().value(), "manifest.json"), "{}")),
                credentials,
                new NodePlanner.Fitness(NodePlanner.DiskNeed.STANDARD, () -> clockAhead, Duration.ofMinutes(5)),
                SnapshotSource.none());
        return planner.plan(spec, new Revision(1));
    }
}
