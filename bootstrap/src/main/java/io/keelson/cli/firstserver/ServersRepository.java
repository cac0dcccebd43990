package io.keelson.cli.firstserver;

import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.cli.client.OperatorClient;
import io.keelson.cli.context.ServerContext;
import io.keelson.cli.repository.Publication;
import io.keelson.cli.repository.ReleaseDirectory;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;

/** A repository's directory, and what of it the server that runs has got. */
record ServersRepository(Path directory) implements PublishedReleases.Repository {
    private static final Duration ANSWER = Duration.ofSeconds(30);

    @Override
    public Finding look(ServerContext administrator) {
        try (var client = OperatorClient.to(administrator, ANSWER)) {
            var lacking = publication().lackedBy(client.releaseRepository());
            return lacking.isEmpty()
                    ? new Satisfied("the server has all of " + directory)
                    : new Needed("the server has no " + lacking.getFirst().path());
        } catch (ProblemException e) {
            return switch (e.problem().code()) {
                case SERVER_UNREACHABLE -> new Needed(e.problem().what());
                // A copy that was left behind by later publications is no reason to set a server back.
                case TRUST_ROLLBACK -> new Satisfied(e.problem().what());
                default -> new Refused(e.problem());
            };
        }
    }

    @Override
    public void send(ServerContext administrator) {
        try (var client = OperatorClient.to(administrator, ANSWER)) {
            publication().send(client);
        }
    }

    private Publication publication() {
        return new Publication(ReleaseDirectory.open(directory));
    }
}
