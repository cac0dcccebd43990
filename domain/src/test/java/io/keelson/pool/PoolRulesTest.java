package io.keelson.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.drain.DrainPolicy;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.PoolSpec;
import io.keelson.fleet.PoolSpec.Patience;
import io.keelson.fleet.PoolSpec.Strategy;
import io.keelson.fleet.PoolSpec.WhenBlocked;
import io.keelson.fleet.Share;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.KnownBundle;
import io.keelson.release.OsRelease;
import io.keelson.release.Samples;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PoolRulesTest {
    private static final ClusterName PROD = new ClusterName("prod");

    private final Map<HostId, PoolRules.Candidate> hosts = new HashMap<>();
    private final Map<BundleName, KnownBundle> bundles = new HashMap<>();
    private final Set<HostId> members = new HashSet<>();
    private Optional<NodePool> before = Optional.empty();
    private Strategy strategy = Strategy.REPLACE;
    private int size = 2;
    private Optional<BundleName> level = Optional.of(new BundleName("debian-12-b"));
    private ClusterName cluster = PROD;

    PoolRulesTest() {
        for (var name : List.of("w-1", "w-2", "w-3")) {
            host(name, Optional.empty(), false, "debian", "12", "amd64");
        }
        known(Samples.level("debian-12-b"));
        known(Samples.published("kubernetes-1.31.0-1", "1.31.0"));
    }

    private void known(KnownBundle bundle) {
        bundles.put(bundle.manifest().name(), bundle);
    }

    private void host(
            String name, Optional<String> owner, boolean controlPlane, String os, String version, String architecture) {
        hosts.put(
                new HostId(name),
                new PoolRules.Candidate(
                        owner.map(ClusterName::new),
                        controlPlane,
                        Optional.of(new OsRelease(os, version)),
                        Optional.of(architecture)));
    }

    private NodePool pool(String... names) {
        var spec = new PoolSpec(
                size,
                strategy,
                level,
                new Share.Count(1),
                List.of(),
                false,
                Duration.ZERO,
                Optional.empty(),
                1,
                new Patience(
                        Duration.ofMinutes(30), Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofMinutes(30)),
                WhenBlocked.GO_ON);
        return new NodePool(
                new PoolName("workers"),
                cluster,
                Stream.of(names).map(HostId::new).toList(),
                spec,
                DrainPolicy.CAREFUL);
    }

    private List<ProblemCode> found(String... names) {
        return PoolRules.judge(new PoolRules.Question(pool(names), before, members, Set.of(PROD), hosts, bundles))
                .stream()
                .map(Problem::code)
                .toList();
    }

    @Test
    void nothingStandsAgainstAPoolWithASpare() {
        assertThat(found("w-1", "w-2", "w-3")).isEmpty();
        level = Optional.empty();
        assertThat(found("w-1", "w-2", "w-3")).isEmpty();
    }

    @Test
    void itsClusterIsDeclaredAndDoesNotChangeWhileItHasNodes() {
        cluster = new ClusterName("prdo");
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.CLUSTER_UNKNOWN);
        cluster = PROD;
        var elsewhere = pool("w-1");
        before = Optional.of(new NodePool(
                elsewhere.name(), new ClusterName("test"), elsewhere.hosts(), elsewhere.spec(), elsewhere.drain()));
        assertThat(found("w-1", "w-2", "w-3")).isEmpty();
        members.add(new HostId("w-1"));
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.POOL_IMMUTABLE_FIELD);
    }

    @Test
    void itsHostsAreEnrolledNamedOnceAndFree() {
        assertThat(found("w-1", "w-2", "w-4")).containsExactly(ProblemCode.HOST_UNKNOWN);
        assertThat(found("w-1", "w-2", "w-3", "w-1")).containsExactly(ProblemCode.CLUSTER_HOST_REPEATED);
        host("w-1", Optional.of("prod"), false, "debian", "12", "amd64");
        assertThat(found("w-1", "w-2", "w-3")).as("its own cluster's").isEmpty();
        host("w-1", Optional.of("test"), false, "debian", "12", "amd64");
        host("w-2", Optional.of("prod"), true, "debian", "12", "amd64");
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.HOST_TAKEN, ProblemCode.HOST_TAKEN);
        size = 0;
        assertThat(found()).contains(ProblemCode.RESOURCE_INVALID);
    }

    @Test
    void itsLevelIsPublishedOfAnOperatingSystemReleasedAndFits() {
        level = Optional.of(new BundleName("debian-12-c"));
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.BUNDLE_NOT_FOUND);
        level = Optional.of(new BundleName("kubernetes-1.31.0-1"));
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.BUNDLE_OTHER_KIND);
        level = Optional.of(new BundleName("debian-12-b"));
        host("w-1", Optional.empty(), false, "rocky", "9.4", "arm64");
        assertThat(found("w-1", "w-2", "w-3"))
                .containsExactly(ProblemCode.HOST_OS_OTHER, ProblemCode.BUNDLE_WRONG_ARCHITECTURE);
        hosts.put(
                new HostId("w-1"),
                new PoolRules.Candidate(Optional.empty(), false, Optional.empty(), Optional.empty()));
        assertThat(found("w-1", "w-2", "w-3")).as("not known yet").isEmpty();
        var released = Samples.level("debian-12-b");
        known(new KnownBundle(
                released.manifest(),
                released.digest(),
                Optional.of(Problem.error(
                        ProblemCode.BUNDLE_WITHDRAWN, "it was withdrawn", Remedy.advise("Name another one.")))));
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.BUNDLE_WITHDRAWN);
    }

    @Test
    void hasNoMoreNodesThanHostsAndIsWarnedWithoutASpare() {
        size = 4;
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.POOL_TOO_FEW_HOSTS);
        size = 3;
        assertThat(found("w-1", "w-2", "w-3")).containsExactly(ProblemCode.POOL_NO_SPARE);
        strategy = Strategy.IN_PLACE;
        assertThat(found("w-1", "w-2", "w-3")).isEmpty();
    }

    @Test
    void isWarnedOfANodeThatItNamesNoMore() {
        members.add(new HostId("w-3"));
        size = 1;
        assertThat(found("w-1", "w-2")).containsExactly(ProblemCode.POOL_HOST_LEAVES);
    }
}
