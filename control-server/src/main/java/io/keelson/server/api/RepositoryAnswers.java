package io.keelson.server.api;

import io.keelson.proto.operator.v1.PublishMetadataRequest;
import io.keelson.proto.operator.v1.PublishedRole;
import io.keelson.proto.operator.v1.ReleaseRepositoryResponse;
import io.keelson.release.BundleName;
import io.keelson.server.repository.Publication;
import io.keelson.server.repository.ReleaseRepository;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.tuf.repository.Standing;
import java.time.Duration;

/** The wire form of the release repository. */
final class RepositoryAnswers {
    /** After a publication hosts see it when the leader has signed, which takes a moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ReleaseRepository repository;
    private final Publication publication;

    RepositoryAnswers(ReleaseRepository repository, Publication publication) {
        this.repository = repository;
        this.publication = publication;
    }

    ReleaseRepositoryResponse publish(String operator, PublishMetadataRequest request) {
        publication.publish(
                operator,
                request.getFilesList().stream()
                        .map(file -> new Publication.File(
                                file.getPath(), file.getContent().toByteArray()))
                        .toList());
        repository.awaitFreshness(PATIENCE);
        return status();
    }

    ReleaseRepositoryResponse status() {
        var status = repository.status();
        var response = ReleaseRepositoryResponse.newBuilder()
                .addAllOnlineKeyIds(status.onlineKeys())
                .addAllReleasedBundles(status.released().stream()
                        .map(BundleName::value)
                        .sorted()
                        .toList())
                .setFloor(status.floor()
                        .map(floor -> floor.kubernetes().toString())
                        .orElse(""));
        status.roles().forEach(role -> response.addRoles(role(role)));
        status.problems().forEach(problem -> response.addProblems(ProblemStatus.report(problem)));
        return response.build();
    }

    private static PublishedRole role(Standing standing) {
        return PublishedRole.newBuilder()
                .setName(standing.role().name())
                .setVersion(standing.version())
                .setExpiresMillis(standing.expires().toEpochMilli())
                .setThreshold(standing.keys().threshold())
                .addAllKeyIds(standing.keys().keyIds())
                .build();
    }
}
