package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Units;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.cli.context.ServerContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The server runs, starts at every boot, and answers the administrator.
 *
 * @param question asks the server as the administrator; what is missing, empty if it answered
 */
record RunningServer(AdminAccess admin, Function<ServerContext, Optional<String>> question) implements Step {
    @Override
    public StepId id() {
        return new StepId("server.running");
    }

    @Override
    public String title() {
        return "start the control server";
    }

    @Override
    public Finding observe(Host host) {
        return unitGap(host)
                .or(() -> answerGap(host))
                .<Finding>map(Needed::new)
                .orElseGet(() -> new Satisfied(
                        ServerLayout.UNIT + " answers at " + admin.server().operatorEndpoint()));
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.units().enable(ServerLayout.UNIT);
        if (unitGap(host).or(() -> answerGap(host)).isPresent()) {
            // A server that runs but does not answer as it should has read an earlier configuration.
            host.units().restart(ServerLayout.UNIT);
        }
    }

    @Override
    public Duration settle() {
        return Duration.ofMinutes(3);
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            host.units().stop(ServerLayout.UNIT);
            host.units().disable(ServerLayout.UNIT);
        });
    }

    private static Optional<String> unitGap(Host host) {
        var state = host.units().state(ServerLayout.UNIT);
        if (state.filter(Units.State::running).isEmpty()) {
            return Optional.of(ServerLayout.UNIT + " is "
                    + state.map(found -> found.active() + " (" + found.sub() + ")")
                            .orElse("not installed"));
        }
        return state.get().enabled() ? Optional.empty() : Optional.of(ServerLayout.UNIT + " is not enabled");
    }

    private Optional<String> answerGap(Host host) {
        return admin.context(host).map(question).orElseGet(() -> Optional.of("the administrator has no context"));
    }
}
