package io.keelson.cli;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.keelson.problem.ProblemException;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.OperatorServiceGrpc.OperatorServiceImplBase;
import io.keelson.proto.operator.v1.PublishMetadataRequest;
import io.keelson.proto.operator.v1.PublishedRole;
import io.keelson.proto.operator.v1.ReleaseRepositoryRequest;
import io.keelson.proto.operator.v1.ReleaseRepositoryResponse;
import io.keelson.proto.operator.v1.RepositoryFile;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.repository.DirectoryFiles;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A server's side of the release repository: by the product's own writer, in a directory. */
abstract class RecordedReleases extends OperatorServiceImplBase {
    private static final Pattern METADATA = Pattern.compile("metadata/[0-9]+\\.(.+)\\.json");

    private volatile Optional<Path> directory = Optional.empty();

    /** What hinders hosts. */
    public volatile List<ProblemReport> repositoryProblems = List.of();

    /** Remembers the request, and answers or refuses. */
    abstract <T> void answer(Object request, StreamObserver<T> to, T answer);

    /** Begins to trust a root, in an empty directory. */
    public void trust(Path home, byte[] root) throws IOException {
        Files.createDirectories(home.resolve("metadata"));
        TufRepository.create(new DirectoryFiles(home), Draft.read(RoleName.ROOT, root));
        directory = Optional.of(home);
    }

    @Override
    public void publishMetadata(PublishMetadataRequest request, StreamObserver<ReleaseRepositoryResponse> to) {
        try {
            request.getFilesList().forEach(this::take);
            answer(request, to, status());
        } catch (ProblemException e) {
            to.onError(
                    Status.FAILED_PRECONDITION.withDescription(e.getMessage()).asRuntimeException());
        }
    }

    private void take(RepositoryFile file) {
        var metadata = METADATA.matcher(file.getPath());
        if (metadata.matches()) {
            var role = new RoleName(metadata.group(1));
            repository().publish(Draft.read(role, file.getContent().toByteArray()));
            return;
        }
        try {
            var path = directory.orElseThrow().resolve(file.getPath());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getContent().toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void releaseRepository(ReleaseRepositoryRequest request, StreamObserver<ReleaseRepositoryResponse> to) {
        answer(request, to, status());
    }

    private ReleaseRepositoryResponse status() {
        var response = ReleaseRepositoryResponse.newBuilder().addOnlineKeyIds("0123456789abcdef");
        for (var role : List.of(RoleName.ROOT, RoleName.TARGETS)) {
            repository().latest(role).ifPresent(draft -> {
                var keys = repository().root().keysOf(role);
                response.addRoles(PublishedRole.newBuilder()
                        .setName(role.name())
                        .setVersion(draft.metadata().version())
                        .setExpiresMillis(draft.metadata().expires().toEpochMilli())
                        .setThreshold(keys.threshold())
                        .addAllKeyIds(keys.keyIds()));
                if (draft.metadata() instanceof Targets targets) {
                    targets.targets()
                            .keySet()
                            .forEach(path -> ReleaseTargets.bundle(path)
                                    .ifPresent(bundle -> response.addReleasedBundles(bundle.value())));
                }
            });
        }
        return response.addAllProblems(repositoryProblems).build();
    }

    private TufRepository repository() {
        return TufRepository.open(new DirectoryFiles(directory.orElseThrow()));
    }
}
