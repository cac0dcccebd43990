package io.keelson.lab.scenario;

import io.keelson.lab.fleet.Artifacts;
import io.keelson.lab.fleet.EchoWorkload;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.Topology;
import io.keelson.lab.host.Lab;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import io.keelson.lab.host.Progress;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * One installed fleet for all scenarios of a run that leave it as they found it; made by the first that asks, removed
 * at the end of the run. With KEELSON_STANDING_LAB in the environment it is the lab that stands under that name. A scenario that asks for a {@link KeelsonFleet} gets it.
 */
class SharedFleet implements ParameterResolver {
    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedFleet.class);

    private final String name;
    private final Topology topology;

    SharedFleet() {
        this("shared", new Topology(3, 2, 2));
    }

    SharedFleet(String name, Topology topology) {
        this.name = name;
        this.topology = topology;
    }

    private record Installed(Lab lab, KeelsonFleet fleet) implements AutoCloseable {
        @Override
        public void close() {
            lab.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == KeelsonFleet.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .computeIfAbsent(name, key -> install(), Installed.class)
                .fleet();
    }

    /** What runs on it from the beginning. */
    void prepare(KeelsonFleet fleet) {
        new EchoWorkload(fleet).deploy();
    }

    private Installed install() {
        var progress = Progress.console();
        var artifacts = Artifacts.prepare(progress);
        var standing = Optional.ofNullable(System.getenv("KEELSON_STANDING_LAB"));
        if (standing.isPresent()) {
            return attach(Lab.standing(standing.get()), artifacts, progress);
        }
        var lab = Lab.fresh(name);
        try {
            var fleet = new KeelsonFleet(lab, topology, artifacts, progress).install();
            prepare(fleet);
            return new Installed(lab, fleet);
        } catch (RuntimeException e) {
            Evidence.of(lab, progress);
            lab.close();
            throw e;
        }
    }

    private Installed attach(Lab lab, Artifacts artifacts, Progress progress) {
        var found = Topology.of(lab.hosts().stream().map(LabHost::name).toList());
        if (found.workers() < topology.workers() || found.spares() < topology.spares()) {
            throw new LabException("too few hosts stand; run: lab/run demo --workers " + topology.workers()
                    + " --spares " + topology.spares());
        }
        var fleet = new KeelsonFleet(lab, found, artifacts, progress);
        fleet.awaitReady();
        prepare(fleet);
        return new Installed(lab, fleet);
    }
}
