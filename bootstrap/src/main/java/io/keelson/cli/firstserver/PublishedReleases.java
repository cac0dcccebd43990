package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.cli.context.ServerContext;
import java.time.Duration;

/** The server knows what is released. */
record PublishedReleases(AdminAccess admin, Repository repository) implements Step {
    /** The repository's way to the server. */
    interface Repository {
        /** Whether the server has all of it, or something newer. Asks the server. */
        Finding look(ServerContext administrator);

        /** Sends it. */
        void send(ServerContext administrator);
    }

    @Override
    public StepId id() {
        return new StepId("server.releases");
    }

    @Override
    public String title() {
        return "tell the server what is released";
    }

    @Override
    public Finding observe(Host host) {
        return admin.context(host)
                .map(repository::look)
                .orElseGet(() -> new Needed("the administrator has no context"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        repository.send(admin.context(host).orElseThrow(() -> new IllegalStateException("a step before gave access")));
    }

    @Override
    public Duration settle() {
        return Duration.ofMinutes(1);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
