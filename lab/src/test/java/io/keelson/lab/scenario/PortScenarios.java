package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.Scenario;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the agent takes for granted of files and systemd, seen on a real host with the agent's own runtime. */
@ExtendWith(SharedFleet.class)
class PortScenarios {
    private static final String CONTRACT = "io.keelson.agent.host.HostContract";

    @Scenario(
            value = "install-host-contract",
            about = "files and systemd keep on a host what the agent's ports promise")
    void realHostsKeepWhatThePortsPromise(KeelsonFleet fleet) throws Exception {
        var spare = fleet.lab().host("s-1");
        var classes = fleet.artifacts().project().resolve("node-agent/target/test-classes");
        spare.mustExec("mkdir", "-p", "/root/contract/io/keelson/agent/host");
        try (var files = Files.newDirectoryStream(classes.resolve("io/keelson/agent/host"), "HostContract*.class")) {
            for (var file : files) {
                spare.copyTo(file, "/root/contract/io/keelson/agent/host/" + file.getFileName());
            }
        }
        var result = spare.exec(
                Duration.ofMinutes(2),
                "sh",
                "-c",
                "/usr/lib/keelson-agent/runtime/bin/java -cp '/root/contract:/usr/lib/keelson-agent/lib/*' "
                        + CONTRACT);
        assertThat(result.exit()).as(result.stdout() + result.stderr()).isZero();
        assertThat(result.stdout().lines().filter(line -> line.startsWith("kept: ")))
                .hasSizeGreaterThan(10);
    }
}
