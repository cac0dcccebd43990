package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Hosts on which nothing is changed, each for its reason. */
class RefusedInitialisationTest extends InitialisationFixture {
    private void refused(ProblemCode code) {
        refused(code, SERVER);
    }

    private void refused(ProblemCode code, FirstServer server) {
        int before = host.files().writes();
        assertThatThrownBy(() -> initialisation(server).run((revision, event) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(host.files().writes()).as("nothing is changed").isEqualTo(before);
        assertThat(directory.resolve("releases")).isEmptyDirectory();
    }

    @Test
    void secondServerOnTheSameHostIsRefused() throws Exception {
        run();
        var other = new FirstServer(new NodeName("ctl-b"), new IpAddress("192.0.2.10"), List.of());
        int writes = host.files().writes();

        assertThatThrownBy(() -> initialisation(other).run((revision, event) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_ALREADY_INITIALISED));
        assertThat(host.files().writes()).isEqualTo(writes);
    }

    @Test
    void lostAuthorityIsNeverReplaced() throws Exception {
        run();
        host.files().remove(ServerLayout.PKI.resolve("ca.key"));

        assertThatThrownBy(this::run).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_ALREADY_INITIALISED);
            assertThat(e.problem().remedy().advice()).contains("backup");
        });
    }

    @Test
    void whoIsNotRootIsRefused() {
        host.programs().succeed(List.of("id", "-u"), "1000\n");
        refused(ProblemCode.HOST_PREREQUISITE_MISSING);
    }

    @Test
    void takenPortIsRefused() {
        host.network().listen(7443, "nginx/42");
        refused(ProblemCode.HOST_PORT_TAKEN);
    }

    @Test
    void addressOfAnotherHostIsRefused() {
        refused(
                ProblemCode.CONFIGURATION_INVALID,
                new FirstServer(new NodeName("ctl-a"), new IpAddress("192.0.2.99"), List.of()));
    }

    @Test
    void wrongArchitectureIsRefused() {
        host.programs().succeed(List.of("uname", "-m"), "aarch64\n");
        refused(ProblemCode.BUNDLE_WRONG_ARCHITECTURE);
    }

    @Test
    void fullDiskIsRefused() {
        host.files().usable(1 << 20);
        refused(ProblemCode.HOST_DISK_FULL);
    }

    @Test
    void missingPackageIsRefused() {
        host.files().remove(Path.of("/usr/lib/systemd/system/keelson-server.service"));
        refused(ProblemCode.HOST_PREREQUISITE_MISSING);
    }
}
