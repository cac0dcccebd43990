package io.keelson.cli.keeper;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import java.time.Duration;

/**
 * The server runs and works with its etcd: it says itself that its store answers and that some server leads. Once it was started
 * it is not stopped again here, however long it takes.
 */
record ServerWorks() implements Step {
    /** MicroProfile Health's readiness, on the port for this host alone. */
    static final String READY = "http://127.0.0.1:7480/q/health/ready";

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int OK = 200;

    @Override
    public StepId id() {
        return new StepId("server.works");
    }

    @Override
    public String title() {
        return "start the control server";
    }

    @Override
    public Finding observe(Host host) {
        var state = host.units().state(KeeperFiles.SERVER_UNIT);
        if (state.filter(Units.State::running).isEmpty()) {
            return new Needed(KeeperFiles.said(state));
        }
        return host.network()
                .probe(READY, ANSWER)
                .map(answer -> answer.status() == OK
                        ? (Finding) new Satisfied("it says that it is ready")
                        : new Needed(READY + " answers " + answer.status()))
                .orElseGet(() -> new Needed(READY + " does not answer"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.units().start(KeeperFiles.SERVER_UNIT);
    }

    @Override
    public Duration settle() {
        return Duration.ofMinutes(3);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
