package io.keelson.lab.bench.etcd;

import io.keelson.lab.bench.etcd.Contest.Round;
import io.keelson.lab.fleet.KeelsonFleet;
import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.time.Duration;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Two disks of three are lost, and etcd is begun anew with the third, until a write goes. Nobody can write meanwhile. */
record Recovery(KeelsonFleet fleet, ByHand hand, Contest contest) {
    private static final Pattern CONFIRMATION = Pattern.compile("--confirm ([0-9a-f]{12})");

    /** From the loss on: what the server has to notice first is part of it, and the plan too. */
    Round byKeelson() {
        lose();
        return recovered();
    }

    /** From a script on, which is begun at once. What it has made is removed then, and Keelson recovers what was there. */
    Round byHand() {
        var round = contest.withoutServer(() -> contest.withoutAgents(() -> {
            lose();
            var survivor = survivor();
            var timed = Round.alone(() -> hand.beginAnew(survivor));
            hand.takeBack(survivor);
            return timed;
        }));
        recovered();
        return round;
    }

    private Round recovered() {
        return Round.alone(() -> {
            confirm();
            hand.awaitWritable(survivor());
        });
    }

    /** What is known of the disks may have changed since the plan was shown; then a person looks again. */
    private void confirm() {
        Awaitility.await("a plan is confirmed while it is one")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> fleet.tryKeelson(
                                "etcd", "recover", KeelsonFleet.CLUSTER, "--confirm", confirmation(), "--no-wait"),
                        ExecResult::ok);
    }

    /** Of the plan that the server makes now. */
    private String confirmation() {
        var shown = Awaitility.await("the server knows what is lost")
                .atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> fleet.tryKeelson("etcd", "recover", KeelsonFleet.CLUSTER), ExecResult::ok);
        var plan = CONFIRMATION.matcher(shown.stdout());
        if (!plan.find()) {
            throw new LabException("the plan says not how to confirm it");
        }
        return plan.group(1);
    }

    private LabHost survivor() {
        return fleet.controlPlanes().getFirst();
    }

    private void lose() {
        fleet.controlPlanes().stream().skip(1).forEach(Contest::lose);
    }
}
