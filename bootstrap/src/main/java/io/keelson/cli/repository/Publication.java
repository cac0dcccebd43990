package io.keelson.cli.repository;

import io.keelson.cli.client.MetadataFile;
import io.keelson.cli.client.OperatorClient;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.PublishedRole;
import io.keelson.proto.operator.v1.ReleaseRepositoryResponse;
import io.keelson.release.Digest;
import io.keelson.trust.release.ReleaseTargets;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.TufRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Brings what is published in a directory to the control server, as far as the server has not got it. */
public final class Publication {
    private final ReleaseDirectory directory;
    private final TufRepository repository;

    /**
     * From that repository.
     *
     * @throws io.keelson.problem.ProblemException TRUST_THRESHOLD_NOT_MET if there is nothing that enough have signed, or
     *     its keys have changed and not enough of the new ones have signed what is released
     */
    public Publication(ReleaseDirectory directory) {
        this.directory = directory;
        this.repository =
                directory.published().orElseThrow(() -> unsigned("root").asException());
        var wanting = new ArrayList<>(repository.toBeSigned());
        wanting.removeAll(List.of(RoleName.SNAPSHOT, RoleName.TIMESTAMP));
        if (!wanting.isEmpty()) {
            throw unsigned(wanting.getFirst().name()).asException();
        }
    }

    /**
     * What the server lacks, in the order in which it takes it: roots, files that targets list, targets roles. Manifests
     * are not among them; they come with their bundles.
     *
     * @throws io.keelson.problem.ProblemException TRUST_ROLLBACK if the server has something newer;
     *     TRUST_SAME_VERSION_DIFFERS if it has another repository; TRUST_FILE_MISSING if a file is not here
     */
    public List<MetadataFile> lackedBy(ReleaseRepositoryResponse server) {
        var files = new ArrayList<MetadataFile>();
        var root = repository.latest(RoleName.ROOT).orElseThrow();
        for (long version = versionAt(server, root) + 1;
                version <= root.metadata().version();
                version++) {
            files.add(metadata(RoleName.ROOT, version));
        }
        var newer = new ArrayList<Draft>();
        for (var role : targetsRoles()) {
            var latest = repository.latest(role).orElseThrow();
            if (versionAt(server, latest) < latest.metadata().version()) {
                newer.add(latest);
            }
        }
        newer.forEach(draft -> files.addAll(content((Targets) draft.metadata())));
        newer.forEach(draft -> files.add(metadata(draft.role(), draft.metadata().version())));
        return files;
    }

    /**
     * Sends what the server lacks; to do it again sends nothing.
     *
     * @return the paths that were sent
     */
    public List<String> send(OperatorClient client) {
        var lacking = lackedBy(client.releaseRepository());
        client.publishMetadata(lacking);
        return lacking.stream().map(MetadataFile::path).toList();
    }

    /**
     * The root that hosts are to begin with after this publication.
     *
     * @param known the one they began with until now
     * @throws io.keelson.problem.ProblemException TRUST_ROOT_DIFFERS if that is none of this repository's
     */
    public Digest rootAfter(Digest known) {
        var roots =
                repository.roots().stream().map(root -> Digest.of(root.bytes())).toList();
        if (!roots.contains(known)) {
            throw Problem.error(
                            ProblemCode.TRUST_ROOT_DIFFERS,
                            directory.path() + " has no root with the digest " + known + ", which the context names",
                            Remedy.advise(
                                    "Publish the repository that this server was set up with, or choose the context of"
                                            + " the server that is meant.",
                                    "keelson context list -o yaml"))
                    .asException();
        }
        return roots.getLast();
    }

    /** The top-level role before those that it delegates to. */
    private List<RoleName> targetsRoles() {
        var names = new TreeSet<>(directory.files().latest().keySet());
        var roles = new ArrayList<RoleName>();
        if (names.contains(RoleName.TARGETS.name())) {
            roles.add(RoleName.TARGETS);
        }
        names.stream().map(RoleName::new).filter(role -> !role.isTopLevel()).forEach(roles::add);
        return roles;
    }

    private long versionAt(ReleaseRepositoryResponse server, Draft latest) {
        var there = server.getRolesList().stream()
                .filter(role -> role.getName().equals(latest.role().name()))
                .findFirst();
        there.ifPresent(role -> requireNoOther(role, latest.metadata()));
        return there.map(PublishedRole::getVersion).orElse(0L);
    }

    private void requireNoOther(PublishedRole there, Metadata here) {
        if (there.getVersion() > here.version()) {
            throw Problem.error(
                            ProblemCode.TRUST_ROLLBACK,
                            "the server has version " + there.getVersion() + " of " + there.getName() + ", "
                                    + directory.path() + " has version " + here.version(),
                            Remedy.advise(
                                    "Use the newest copy of the repository; this one is older.",
                                    "keelson trust status"))
                    .asException();
        }
        if (there.getVersion() == here.version()
                && there.getExpiresMillis() != here.expires().toEpochMilli()) {
            throw Problem.error(
                            ProblemCode.TRUST_SAME_VERSION_DIFFERS,
                            "the server has version " + here.version() + " of " + there.getName() + " as "
                                    + directory.path() + " has, but with other content",
                            Remedy.advise(
                                    "Use the repository that the server was set up with.", "keelson trust status"))
                    .asException();
        }
    }

    private MetadataFile metadata(RoleName role, long version) {
        var name = "metadata/" + role.fileName(version);
        var bytes = directory.files().find(role, version).orElseThrow(() -> TufRefusal.missing(name));
        return new MetadataFile(name, bytes);
    }

    private List<MetadataFile> content(Targets targets) {
        var files = new ArrayList<MetadataFile>();
        targets.targets().forEach((path, file) -> {
            if (ReleaseTargets.bundle(path).isEmpty()) {
                var target = new TargetPath(path);
                var name = "targets/" + target.file(file.hashes().prefix().orElseThrow() + ".");
                files.add(new MetadataFile(
                        name, directory.content(target, file).orElseThrow(() -> TufRefusal.missing(path))));
            }
        });
        return files;
    }

    private Problem unsigned(String role) {
        return Problem.error(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                "not enough keys of " + role + " have signed what is in " + directory.path(),
                Remedy.advise(
                        "Have it signed by those who are missing.",
                        "keelson trust show --repository " + directory.path()));
    }
}
