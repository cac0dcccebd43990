package io.keelson.trust.tuf.repository;

import io.keelson.trust.json.CanonicalJson;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.key.KeyIds;
import io.keelson.trust.tuf.key.KeyRing;
import io.keelson.trust.tuf.key.KeyScheme;
import io.keelson.trust.tuf.key.RoleKeys;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.MetadataReader;
import io.keelson.trust.tuf.metadata.MetadataWriter;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.metadata.SignedDocument;
import io.keelson.trust.tuf.metadata.Snapshot;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.metadata.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is published now: the latest version of each role. Read strictly: whoever changes it must understand all of it. */
final class Published {
    private static final Set<KeyScheme> SCHEMES = EnumSet.of(KeyScheme.ED25519, KeyScheme.ECDSA_P256);

    private final RepositoryFiles files;

    Published(RepositoryFiles files) {
        this.files = files;
    }

    /** Who may sign for a role, and with which keys. */
    record Authority(KeyRing keys, RoleKeys role) {
        static Authority of(Root root, RoleName role) {
            return new Authority(root.keys(), root.keysOf(role));
        }

        int signers(SignedDocument document) {
            return document.signers(keys, role, SCHEMES);
        }

        boolean accepts(SignedDocument document) {
            return signers(document) >= role.threshold();
        }

        /** @throws io.keelson.problem.ProblemException {@code TRUST_THRESHOLD_NOT_MET} */
        void require(Draft draft) {
            int signers = signers(draft.document());
            if (signers < role.threshold()) {
                throw TufRefusal.threshold(draft.role().fileName(), draft.role().name(), signers, role.threshold());
            }
        }
    }

    /** @throws io.keelson.problem.ProblemException {@code TRUST_NOT_INITIALISED} if there is none */
    Root root() {
        return document(RoleName.ROOT)
                .map(document -> root(document))
                .orElseThrow(() -> TufRefusal.notInitialised(files.toString()));
    }

    Optional<Targets> targets(RoleName role) {
        return document(role).map(document -> whole(role, document, MetadataReader::targets));
    }

    Optional<Snapshot> snapshot() {
        return document(RoleName.SNAPSHOT)
                .map(document -> whole(RoleName.SNAPSHOT, document, (from, ids) -> MetadataReader.snapshot(from)));
    }

    Optional<Timestamp> timestamp() {
        return document(RoleName.TIMESTAMP)
                .map(document -> whole(RoleName.TIMESTAMP, document, (from, ids) -> MetadataReader.timestamp(from)));
    }

    /** All targets roles that have been published, the top-level one included. */
    Map<RoleName, Long> targetsRoles() {
        var roles = new HashMap<RoleName, Long>();
        files.latest().forEach((name, version) -> {
            var role = new RoleName(name);
            if (role.equals(RoleName.TARGETS) || !role.isTopLevel()) {
                roles.put(role, version);
            }
        });
        return roles;
    }

    /** The latest document of a role. */
    Optional<SignedDocument> document(RoleName role) {
        return bytes(role).map(bytes -> Draft.read(role, bytes).document());
    }

    Optional<byte[]> bytes(RoleName role) {
        if (role.equals(RoleName.TIMESTAMP)) {
            return files.find(role, 0);
        }
        return Optional.ofNullable(files.latest().get(role.name())).flatMap(version -> files.find(role, version));
    }

    /** Everybody who says who signs for a role: the root, or all targets roles that delegate to it. */
    List<Authority> authorities(RoleName role) {
        if (role.isTopLevel()) {
            var root = root();
            return List.of(Authority.of(root, role));
        }
        var authorities = new ArrayList<Authority>();
        for (var delegator : targetsRoles().keySet()) {
            targets(delegator)
                    .ifPresent(targets -> targets.delegations().roles().stream()
                            .filter(delegation -> delegation.role().equals(role))
                            .forEach(delegation -> authorities.add(
                                    new Authority(targets.delegations().keys(), delegation.keys()))));
        }
        return authorities;
    }

    static Root root(SignedDocument document) {
        return whole(RoleName.ROOT, document, MetadataReader::root);
    }

    /** Gives a draft's fields their meaning, as {@link #whole} does. */
    static Metadata metadata(Draft draft) {
        var role = draft.role();
        if (role.equals(RoleName.ROOT)) {
            return root(draft.document());
        }
        if (role.equals(RoleName.SNAPSHOT)) {
            return whole(role, draft.document(), (from, ids) -> MetadataReader.snapshot(from));
        }
        if (role.equals(RoleName.TIMESTAMP)) {
            return whole(role, draft.document(), (from, ids) -> MetadataReader.timestamp(from));
        }
        return whole(role, draft.document(), MetadataReader::targets);
    }

    @FunctionalInterface
    private interface Reader<M> {
        M read(SignedDocument document, KeyIds ids) throws InvalidJson;
    }

    /** Refuses what this program would lose by writing it again. */
    private static <M extends Metadata> M whole(RoleName role, SignedDocument document, Reader<M> reader) {
        try {
            var metadata = reader.read(document, KeyIds.RECOMPUTED);
            var again = new LinkedHashMap<>(MetadataWriter.document(metadata).signed());
            again.put("spec_version", String.valueOf(document.signed().get("spec_version")));
            if (!Arrays.equals(CanonicalJson.encode(again), document.canonical())) {
                throw new InvalidJson("it has fields that this program does not know and would lose");
            }
            return metadata;
        } catch (InvalidJson e) {
            throw TufRefusal.invalid(role.fileName(), e);
        }
    }
}
