package io.keelson.trust.tuf.client;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.SimulatedRepository;
import io.keelson.trust.tuf.SimulatedServer;
import io.keelson.trust.tuf.store.MemoryStore;
import io.keelson.trust.tuf.store.MetadataStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A client that trusts the first root of a simulated repository. */
final class ClientFixture {
    static final Instant NOW = Instant.parse("2030-06-01T12:00:00Z");

    final SimulatedRepository repository;
    final MemoryStore store = new MemoryStore();
    final TrustPolicy policy;
    Instant now = NOW;

    private ClientFixture(SimulatedRepository repository, TrustPolicy policy) {
        this.repository = repository;
        this.policy = policy;
    }

    static ClientFixture strict() {
        return with(TrustPolicy.STRICT);
    }

    static ClientFixture with(TrustPolicy policy) {
        var fixture = new ClientFixture(SimulatedRepository.fresh(NOW), policy);
        fixture.initialise();
        return fixture;
    }

    /** Trusts the root that is published as version 1 now. */
    void initialise() {
        store.remove(RoleName.ROOT);
        TufClient.initialise(
                store, repository.published.getOrDefault("root", List.of()).getFirst(), policy);
    }

    TufClient client() {
        return client(store);
    }

    TufClient client(MetadataStore other) {
        return new TufClient(other, SimulatedServer.METADATA, new SimulatedServer(repository), () -> now, policy);
    }

    ClientFixture updated() {
        client().update().close();
        return this;
    }

    /** The next update is refused for one reason, and everything else of the store stays as it was. */
    void refuses(ProblemCode code, RoleName... accepted) {
        var before = kept();
        assertRefused(code, this::updated);
        var after = kept();
        var changed = Arrays.asList(accepted);
        for (var role : roles()) {
            if (!changed.contains(role)) {
                assertThat(after.get(roles().indexOf(role)))
                        .as("what is kept of " + role)
                        .isEqualTo(before.get(roles().indexOf(role)));
            }
        }
    }

    /** Version of what is trusted of a role; 0 for nothing. */
    long version(RoleName role) {
        return store.read(role).map(bytes -> Versions.of(bytes)).orElse(0L);
    }

    private static List<RoleName> roles() {
        return List.of(RoleName.ROOT, RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS);
    }

    private List<String> kept() {
        var kept = new ArrayList<String>();
        for (var role : roles()) {
            kept.add(store.read(role).map(Arrays::toString).orElse("nothing"));
        }
        return kept;
    }
}
