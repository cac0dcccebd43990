package io.keelson.lab.host;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Removes labs by label. Of several labs on one machine it takes only those whose owner is gone; whatever another
 * sweeper has removed in the meantime counts as removed.
 */
public final class LabSweeper {

    private final Engine engine;
    private final Path cache;

    LabSweeper(Engine engine, Path cache) {
        this.engine = engine;
        this.cache = cache;
    }

    public static LabSweeper local() {
        return new LabSweeper(Engine.local(), LabEnvironment.current().cache());
    }

    /** Removes what processes that no longer run have left. Answers with the runs removed. */
    public Set<String> sweep() {
        Set<String> dead = new TreeSet<>();
        for (Map<String, String> labels : everyLabelled()) {
            String owner = labels.get(Label.OWNER);
            String run = labels.get(Label.RUN);
            if (run != null
                    && owner != null
                    && !Owner.parse(owner).map(Owner::isAlive).orElse(false)) {
                dead.add(run);
            }
        }
        dead.forEach(this::remove);
        return dead;
    }

    private List<Map<String, String>> everyLabelled() {
        Set<Map<String, String>> all = new HashSet<>();
        containers(List.of(Label.RUN)).forEach(container -> all.add(container.getLabels()));
        networks(Label.RUN).forEach(network -> all.add(network.getLabels()));
        return List.copyOf(all);
    }

    /** Removes one run whoever owns it: containers with their volumes, then networks, then the key. */
    void remove(String run) {
        String filter = Label.RUN + "=" + run;
        for (Container container : containers(List.of(filter))) {
            ignoringAbsence(() -> engine.client()
                    .removeContainerCmd(container.getId())
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        }
        for (Network network : networks(filter)) {
            ignoringAbsence(() -> removeNetwork(network));
        }
        engine.client()
                .listVolumesCmd()
                .withFilter("label", List.of(filter))
                .exec()
                .getVolumes()
                .forEach(volume -> ignoringAbsence(
                        () -> engine.client().removeVolumeCmd(volume.getName()).exec()));
        removeDirectory(cache.resolve("lab").resolve(run));
    }

    private List<Container> containers(List<String> labels) {
        return engine.client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(labels)
                .exec();
    }

    private List<Network> networks(String label) {
        return engine.client()
                .listNetworksCmd()
                .withFilter("label", List.of(label))
                .exec();
    }

    /**
     * A busy engine may go on counting an endpoint whose container is gone, and keeps the network until it is started
     * again. Such a network is in nobody's way: the next sweep tries again.
     */
    private void removeNetwork(Network network) {
        try {
            engine.client().removeNetworkCmd(network.getId()).exec();
        } catch (DockerException e) {
            boolean inUse = !engine.client()
                    .inspectNetworkCmd()
                    .withNetworkId(network.getId())
                    .exec()
                    .getContainers()
                    .isEmpty();
            if (inUse || e instanceof NotFoundException) {
                throw e;
            }
            Progress.console().say("the engine keeps network " + network.getName() + ": " + e.getMessage());
        }
    }

    private static void ignoringAbsence(Runnable removal) {
        try {
            removal.run();
        } catch (NotFoundException alreadyGone) {
            // Another sweeper was faster.
        }
    }

    private static void removeDirectory(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (var below = Files.walk(directory)) {
            for (Path path : below.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new LabException("cannot remove " + directory, e);
        }
    }
}
