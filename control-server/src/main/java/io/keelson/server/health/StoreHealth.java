package io.keelson.server.health;

import io.keelson.problem.ProblemException;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether the management etcd answers. */
@Readiness
@Singleton
public class StoreHealth implements HealthCheck {
    private final StateStore store;

    public StoreHealth(StateStore store) {
        this.store = store;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            var unused = store.get(Keys.LEADER);
            return HealthCheckResponse.up("store");
        } catch (ProblemException e) {
            return HealthCheckResponse.named("store")
                    .down()
                    .withData("problem", String.valueOf(e.getMessage()))
                    .build();
        }
    }
}
