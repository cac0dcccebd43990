package io.keelson.server.health;

import io.keelson.server.leader.Leadership;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether some server leads. */
@Readiness
@Singleton
public class LeaderHealth implements HealthCheck {
    private final Leadership leadership;

    public LeaderHealth(Leadership leadership) {
        this.leadership = leadership;
    }

    @Override
    public HealthCheckResponse call() {
        var response = HealthCheckResponse.named("leader")
                .withData("leads", leadership.current().isPresent());
        leadership
                .leader()
                .ifPresent(leader -> response.withData("leader", leader.server())
                        .withData("epoch", leader.epoch().value()));
        return response.status(leadership.leader().isPresent()).build();
    }
}
