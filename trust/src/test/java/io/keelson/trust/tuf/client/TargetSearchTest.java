package io.keelson.trust.tuf.client;

import static io.keelson.trust.tuf.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.SimulatedKey;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetSearchTest {
    private static final TargetPath TARGET = new TargetPath("some/target");

    private final ClientFixture fixture = ClientFixture.strict();

    private Optional<TargetFile> find() {
        try (var update = fixture.client().update()) {
            return update.find(TARGET);
        }
    }

    private void publish(String... roles) {
        fixture.repository.publish(roles);
        fixture.repository.publish("targets", "snapshot", "timestamp");
    }

    @Test
    void endsWithARoleThatItsDelegatorsKeysHaveNotSigned() {
        fixture.repository.delegate("targets", "first", false, "some/*");
        fixture.repository.delegate("targets", "second", false, "some/*");
        fixture.repository.signers.put("first", List.of(SimulatedKey.ecdsa()));
        fixture.repository.addTarget("second", TARGET.path(), "content");
        publish("first", "second");

        assertRefused(ProblemCode.TRUST_THRESHOLD_NOT_MET, this::find);

        assertThat(fixture.store.read(new RoleName("first"))).isEmpty();
        assertThat(fixture.repository.requests).doesNotContain("second 1");
    }

    @Test
    void refusesARoleThatTheSnapshotDoesNotList() {
        fixture.repository.delegate("targets", "delegated", false, "some/*");
        fixture.repository.publish("delegated");
        fixture.repository.fields(fixture.repository.signed("snapshot"), "meta").remove("delegated.json");
        publish();

        assertRefused(ProblemCode.TRUST_MIX_AND_MATCH, this::find);
    }

    @Test
    void asksNoMoreRolesThanThePolicyAllows() {
        var roles = new ArrayList<String>();
        for (int i = 0; i < 31; i++) {
            roles.add("role" + i);
            fixture.repository.delegate("targets", "role" + i, false, "some/*");
        }
        publish(roles.toArray(String[]::new));
        assertThat(find()).isEmpty();

        fixture.repository.delegate("targets", "role31", false, "some/*");
        publish("role31");

        assertRefused(ProblemCode.TRUST_DELEGATIONS_TOO_MANY, this::find);
    }

    @Test
    void takesTheFirstRolesWordForATarget() {
        fixture.repository.delegate("targets", "first", false, "some/*");
        fixture.repository.delegate("targets", "second", false, "some/*");
        fixture.repository.addTarget("second", TARGET.path(), "of the second");
        fixture.repository.addTarget("first", TARGET.path(), "of the first");
        publish("first", "second");

        assertThat(find()).map(TargetFile::length).hasValue((long) "of the first".length());
    }

    @Test
    void goesByHashesOfPathsWhereADelegationSaysSo() {
        var hash = TARGET.hash();
        var key = SimulatedKey.ecdsa();
        var other = hash.charAt(0) == '0' ? "1" : "0";
        fixture.repository.delegate("targets", "others", false, key, "path_hash_prefixes", other);
        fixture.repository.delegate("targets", "its", false, key, "path_hash_prefixes", other, hash.substring(0, 2));
        fixture.repository.addTarget("others", TARGET.path(), "other");
        fixture.repository.addTarget("its", TARGET.path(), "content");
        publish("others", "its");

        assertThat(find()).map(TargetFile::length).hasValue(7L);
        assertThat(fixture.repository.requests).doesNotContain("others 1");
    }

    @Test
    void findsTheOneBinOfManyThatATargetIsIn() {
        var key = SimulatedKey.ecdsa();
        int bin = Integer.parseInt(TARGET.hash().substring(0, 2), 16) >> 3;
        var name = "bin-" + String.format("%02x", bin);
        fixture.repository.delegate("targets", name, false, key, "paths", "unused");
        fixture.repository.addTarget(name, TARGET.path(), "content");
        var bins = new LinkedHashMap<String, Object>();
        bins.put("keyids", List.of(key.id()));
        bins.put("threshold", 1);
        bins.put("bit_length", 5);
        bins.put("name_prefix", "bin");
        var delegations = new LinkedHashMap<String, Object>();
        delegations.put("keys", Map.of(key.id(), key.form()));
        delegations.put("succinct_roles", bins);
        fixture.repository.signed("targets").put("delegations", delegations);
        publish(name);

        assertThat(find()).map(TargetFile::length).hasValue(7L);
    }
}
