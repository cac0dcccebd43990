package io.keelson.lab.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

@NeedsLab
class LabSweeperTest {

    private final Engine engine = Engine.local();

    @Test
    void removesWhatAProcessThatIsGoneHasLeftAndNothingElse() throws Exception {
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        String run = "swept-" + gone.pid();
        var labels = Map.of(Label.RUN, run, Label.OWNER, new Owner(gone.pid(), "1", "another boot").label());
        var network = LabNetwork.create(engine, run, labels);
        var image = LabEnvironment.current();
        var spec = new HostSpec(run, "left", network.address(0), network.name(), labels);
        var command = engine.client().createContainerCmd(image.image());
        spec.configure(command);
        engine.client().startContainerCmd(command.exec().getId()).exec();
        Path directory = Files.createDirectories(image.cache().resolve("lab").resolve(run));

        try (Lab mine = Lab.fresh("sweeper")) { // Sweeps by itself.
            mine.host("kept");
            assertThat(LabSweeper.local().sweep()).doesNotContain(mine.run());
            assertThat(leftOf(run)).isEqualTo("0 containers, 0 networks, 0 volumes");
            assertThat(directory).doesNotExist();
            assertThat(leftOf(mine.run())).isEqualTo("1 containers, 1 networks, 3 volumes");
        }
    }

    @Test
    void closeLeavesNothingOfAFreshLab() {
        Lab lab = Lab.fresh("close");
        try (lab) {
            lab.host("one");
        }
        assertThat(leftOf(lab.run())).isEqualTo("0 containers, 0 networks, 0 volumes");
    }

    @Test
    void standingLabStaysAndIsFoundAgainUntilRemoved() {
        String name = "standing-" + ProcessHandle.current().pid();
        try (Lab first = Lab.standing(name)) {
            first.host("one");
        }
        Lab second = Lab.standing(name);
        try {
            assertThat(LabSweeper.local().sweep()).doesNotContain(name);
            assertThat(second.hosts()).extracting(LabHost::name).isEqualTo(List.of("one"));
            assertThat(second.host("one").mustExec("hostname").strip()).isEqualTo("one");
            assertThat(second.host("two").address())
                    .isNotEqualTo(second.host("one").address());
        } finally {
            second.remove();
        }
        assertThat(leftOf(name)).isEqualTo("0 containers, 0 networks, 0 volumes");
    }

    private String leftOf(String run) {
        var client = engine.client();
        var filter = List.of(Label.RUN + "=" + run);
        return "%d containers, %d networks, %d volumes"
                .formatted(
                        client.listContainersCmd()
                                .withShowAll(true)
                                .withLabelFilter(filter)
                                .exec()
                                .size(),
                        client.listNetworksCmd()
                                .withFilter("label", filter)
                                .exec()
                                .size(),
                        client.listVolumesCmd()
                                .withFilter("label", filter)
                                .exec()
                                .getVolumes()
                                .size());
    }
}
