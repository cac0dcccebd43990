package io.keelson.server.api;

import static io.keelson.server.api.OperatorFixture.cluster;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.keelson.fleet.HostId;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.Obeyed;
import io.keelson.server.observed.ReportedProblem;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The level of a host's operating system, as operators see it. */
class PatchedHostTest {
    private static final OsSpec LEVEL = new OsSpec(new BundleName("debian-12-2026.11"), Digest.of(new byte[] {1}), 0);
    private static final HostId SPARE = new HostId("w-3");
    private static final HostId LEAVER = new HostId("w-2");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        fixture.standardFleet();
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private void patch(HostId host) {
        await().until(() -> fixture.leadership.current().isPresent());
        var unused = fixture.desired.decideOs(fixture.leadership.require(), host, Optional.of(LEVEL), Obeyed.NOTHING);
    }

    private Revision revision(HostId host) {
        return fixture.desired.get(host).map(DesiredState::revision).orElse(Revision.NONE);
    }

    private JsonNode status(HostId host) throws Exception {
        return new ObjectMapper().readTree(fixture.json("host", host.value())).path("status");
    }

    @Test
    void showsTheLevelAndTheWantedOneWhileItDiffers() throws Exception {
        fixture.agents.connected("w-3", Revision.NONE);
        assertThat(status(SPARE).has("osLevel")).isFalse();
        assertThat(status(SPARE).has("wantedOsLevel")).isFalse();

        patch(SPARE);
        assertThat(status(SPARE).path("wantedOsLevel").asText()).isEqualTo("debian-12-2026.11");
        assertThat(status(SPARE).path("phase").asText()).isEqualTo("Pending");
        var problem = new ReportedProblem("HOST_PACKAGES_HELD", "openssl is held", "Let go of it.", "", false);
        fixture.agents.report("w-3", 1, "os.packages.check", "HALTED", Optional.of(problem));
        assertThat(status(SPARE).path("phase").asText()).isEqualTo("Halted");

        fixture.agents.connected("w-3", revision(SPARE), Optional.of(LEVEL.level()));
        fixture.agents.report("w-3", 2, "plan", "CONVERGED", Optional.empty());
        assertThat(status(SPARE).has("osLevel")).as("it says nothing of one").isFalse();
        fixture.agents.connected("w-3", revision(SPARE), Optional.of(LEVEL.level()));
        assertThat(status(SPARE).path("osLevel").asText()).isEqualTo("debian-12-2026.11");
        assertThat(status(SPARE).has("wantedOsLevel")).isFalse();
        assertThat(status(SPARE).path("phase").asText()).isEqualTo("Spare");
    }

    /** Else its network and its name would be kept for as long as it takes to patch it. */
    @Test
    void aHostThatHasLeftIsNotLeavingAgainWhenItIsPatched() throws Exception {
        fixture.apply(cluster("prod", "cp-a, cp-b, cp-c", "w-1, w-2"));
        fixture.loop.start();
        await().until(() -> fixture.desired.all().size() == 5);
        fixture.apply(cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        await().until(() ->
                fixture.desired.get(LEAVER).flatMap(DesiredState::node).isEmpty());
        fixture.agents.connected("w-2", revision(LEAVER));
        assertThat(status(LEAVER).has("cluster")).isFalse();

        patch(LEAVER);
        assertThat(status(LEAVER).has("cluster")).isFalse();
        assertThat(fixture.desired.get(LEAVER).flatMap(DesiredState::left)).isPresent();
    }
}
