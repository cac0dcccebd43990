package io.keelson.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.fleet.RecordedClients;
import io.keelson.lab.history.Operation;
import io.keelson.lab.host.Progress;
import java.util.function.Consumer;

/**
 * Something happens to etcd's members while seven clients use them. Afterwards all three members carry the quorum again, none
 * has lost a write that was acknowledged, and what the clients saw is linearizable.
 */
final class EtcdTrial {
    private final KeelsonFleet fleet;
    private final EtcdMembers members;

    EtcdTrial(KeelsonFleet fleet) {
        this.fleet = fleet;
        this.members = new EtcdMembers(fleet);
    }

    void run(String scenario, Consumer<SteadyWriter> happens) {
        members.settled();
        try (var clients = RecordedClients.begin(fleet);
                var writer = new SteadyWriter(fleet)) {
            writer.awaitMore("before");
            happens.accept(writer);
            members.settled();
            writer.awaitMore("afterwards");
            var history = clients.stop();
            writer.assertNothingLost();
            assertThat(history.stream().filter(Operation::known).count())
                    .as("operations that were answered")
                    .isGreaterThan(1_000);
            Progress.console().say(scenario + ": " + RecordedClients.judged(scenario, history));
            Progress.console()
                    .say(scenario + ": " + writer.acknowledged().size() + " writes were acknowledged and are there, "
                            + writer.refused() + " were not acknowledged");
        } finally {
            members.clean();
        }
        fleet.awaitReady();
    }
}
