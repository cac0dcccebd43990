package io.keelson.server.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.Lately;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.Cidr;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.ClusterNetwork;
import io.keelson.fleet.ClusterSpec;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.PoolName;
import io.keelson.fleet.Revision;
import io.keelson.fleet.SnapshotKey;
import io.keelson.fleet.Zone;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest;
import io.keelson.server.content.PublishedBundle;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.enrolment.Host;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.fleet.RegisteredCluster;
import io.keelson.server.observed.Facts;
import io.keelson.server.observed.ObservedHost;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClusterLoopTest {
    static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    static final BundleName BUNDLE = new BundleName("kubernetes-1.20.2-1");

    private static FleetHost host(String id, int last, Optional<DesiredState> desired) {
        var host = new Host(
                new HostId(id),
                new Zone("z" + last),
                new IpAddress("192.0.2." + last),
                Digest.of(new byte[0]),
                NOW,
                false);
        return new FleetHost(host, desired, Optional.empty());
    }

    private static PublishedBundle bundle() {
        return bundle(BUNDLE);
    }

    static PublishedBundle bundle(BundleName name) {
        return bundle(name, Map.of());
    }

    /** One that differs from others in its etcd only. */
    static PublishedBundle bundle(String name, String etcd) {
        return bundle(new BundleName(name), Map.of("etcd", etcd));
    }

    private static PublishedBundle bundle(BundleName name, Map<String, String> versions) {
        var day = LocalDate.of(2026, 11, 1);
        var manifest = new BundleManifest(
                name,
                new KubernetesVersion(1, 20, 2),
                versions,
                "linux",
                "amd64",
                "0.1.0",
                List.of(),
                new Manifest.Support(day, day, day),
                0,
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
        return new PublishedBundle(
                manifest, Digest.of(name.value().getBytes(StandardCharsets.UTF_8)), NOW, Optional.empty());
    }

    static RegisteredCluster cluster(String name, boolean removing, String controlPlane, String... workers) {
        return cluster(name, removing, List.of(controlPlane), workers);
    }

    static RegisteredCluster cluster(String name, boolean removing, List<String> controlPlane, String... workers) {
        var network = new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local");
        var pool = new ClusterSpec.Pool(
                new PoolName("default"), Stream.of(workers).map(HostId::new).toList());
        var spec = new ClusterSpec(
                new ClusterName(name),
                BUNDLE,
                network,
                controlPlane.stream().map(HostId::new).toList(),
                List.of(pool));
        return new RegisteredCluster(spec, NOW, 1, removing, Map.of(), 7);
    }

    /** The same declared with another bundle. */
    static RegisteredCluster running(RegisteredCluster cluster, PublishedBundle bundle) {
        var before = cluster.spec();
        var spec = new ClusterSpec(
                before.name(), bundle.manifest().name(), before.network(), before.controlPlane(), before.pools());
        return new RegisteredCluster(
                spec, cluster.created(), cluster.generation() + 1, false, cluster.upkeep(), cluster.version() + 1);
    }

    static FleetImage fleet(List<FleetHost> hosts, RegisteredCluster... clusters) {
        return FleetImage.of(hosts, List.of(clusters), List.of(bundle()));
    }

    static List<FleetHost> spares(String... ids) {
        var hosts = new ArrayList<FleetHost>();
        for (var id : ids) {
            hosts.add(host(id, hosts.size() + 1, Optional.empty()));
        }
        return hosts;
    }

    /** The same hosts, told what was decided. */
    static List<FleetHost> told(List<FleetHost> hosts, List<Assignments.Assignment> assignments) {
        return hosts.stream()
                .map(host -> assignments.stream()
                        .filter(assignment -> assignment.host().equals(host.id()))
                        .findFirst()
                        .map(assignment -> new FleetHost(
                                host.host(),
                                Optional.of(new DesiredState(
                                        host.id(), new Epoch(1), new Revision(1), Optional.of(assignment.node()))),
                                Optional.empty()))
                        .orElse(host))
                .toList();
    }

    static final SnapshotKey KEY = new SnapshotKey("A".repeat(120));

    static List<Assignments.Assignment> decide(FleetImage fleet) {
        return Assignments.decide(
                fleet, new Epoch(3), cluster -> Optional.of(KEY), NOW, cluster -> Lately.NOTHING, host -> true);
    }

    private static List<String> hosts(List<Assignments.Assignment> assignments) {
        return assignments.stream().map(a -> a.host().value()).toList();
    }

    @Test
    void tellsEveryHostOfANewClusterAndNobodyTwice() {
        var hosts = spares("cp-a", "w-1", "w-2", "spare");
        var prod = cluster("prod", false, "cp-a", "w-1", "w-2");

        var first = decide(fleet(hosts, prod));

        assertThat(hosts(first)).containsExactly("cp-a", "w-1", "w-2");
        assertThat(decide(fleet(told(hosts, first), prod))).isEmpty();
    }

    @Test
    void goesOnWhereAnEarlierLeaderStopped() {
        var hosts = spares("cp-a", "w-1", "w-2");
        var prod = cluster("prod", false, "cp-a", "w-1", "w-2");
        var all = decide(fleet(hosts, prod));

        var rest = decide(fleet(told(hosts, all.subList(0, 1)), prod));

        assertThat(rest).isEqualTo(all.subList(1, 3));
    }

    @Test
    void leavesAClusterAloneThatCannotBeAsDeclaredAndCaresForTheOthers() {
        var hosts = spares("cp-a", "cp-b");
        var decided = decide(fleet(hosts, cluster("broken", false, "cp-a", "gone"), cluster("good", false, "cp-b")));
        assertThat(hosts(decided)).containsExactly("cp-b");
    }

    @Test
    void assignsNobodyToAClusterThatIsBeingRemoved() {
        assertThat(decide(fleet(spares("cp-a"), cluster("prod", true, "cp-a")))).isEmpty();
    }

    @Test
    void givesAHostThatTwoClustersDeclareToNeither() {
        var hosts = spares("cp-a", "cp-b", "w-1");
        var image = fleet(hosts, cluster("one", false, "cp-a", "w-1"), cluster("two", false, "cp-b", "w-1"));
        assertThat(decide(image)).isEmpty();
    }

    @Test
    void aHostStaysWhereItIsWhenAnotherClusterDeclaresIt() {
        var hosts = spares("cp-a", "cp-b", "w-1");
        var two = cluster("two", false, "cp-b", "w-1");
        var told = told(hosts, decide(fleet(hosts, two)));

        var decided = decide(fleet(told, cluster("one", false, "cp-a", "w-1"), two));

        assertThat(decided).isEmpty();
    }

    /** The same hosts, which say how far they are. */
    static List<FleetHost> saying(List<FleetHost> hosts, long epoch, long revision) {
        return hosts.stream()
                .map(host ->
                        new FleetHost(host.host(), host.desired(), Optional.of(saying(host.id(), epoch, revision))))
                .toList();
    }

    private static ObservedHost saying(HostId host, long epoch, long revision) {
        return saying(host, epoch, revision, Optional.empty());
    }

    private static ObservedHost saying(HostId host, long epoch, long revision, Optional<MemberReport> member) {
        return new ObservedHost(
                host,
                Optional.of("session"),
                "s1",
                NOW,
                "0.1.0",
                "boot",
                Facts.NONE,
                new Epoch(epoch),
                new Revision(revision),
                new Revision(revision),
                false,
                "",
                Optional.empty(),
                Revision.NONE,
                0,
                member,
                member.isPresent(),
                Optional.empty());
    }

    @Test
    void hostsThatAreFurtherThanAStoreThatWasPutBackAreToldAgain() {
        var hosts = spares("cp-a", "w-1", "w-2");
        var prod = cluster("prod", false, "cp-a", "w-1", "w-2");
        var told = told(hosts, decide(fleet(hosts, prod)));

        assertThat(decide(fleet(saying(told, 1, 1), prod)))
                .as("as far as is stored")
                .isEmpty();
        assertThat(hosts(decide(fleet(saying(told, 1, 4), prod)))).containsExactly("cp-a", "w-1", "w-2");
        assertThat(hosts(decide(fleet(saying(told, 2, 1), prod))))
                .as("of a leader that is forgotten")
                .containsExactly("cp-a", "w-1", "w-2");
        assertThat(decide(fleet(saying(told, 4, 1), prod)))
                .as("of a leader that there never was: who leads cannot reach that")
                .isEmpty();
        assertThat(decide(fleet(saying(told, 1, Long.MAX_VALUE), prod)))
                .as("further than anything that can have been forgotten")
                .isEmpty();
    }

    @Test
    void ofHostsWithMembersThatAreFurtherOneIsToldAtATime() {
        var hosts = spares("cp-a", "cp-b", "cp-c", "w-1");
        var prod = cluster("prod", false, List.of("cp-a", "cp-b", "cp-c"), "w-1");
        var told = told(hosts, decide(fleet(hosts, prod)));

        assertThat(hosts(decide(fleet(saying(told, 1, 4), prod))))
                .as("what they run may not be what is stored, and nobody has said that any member is sound")
                .containsExactly("w-1");
        var sound = told.stream()
                .map(host -> new FleetHost(
                        host.host(),
                        host.desired(),
                        Optional.of(saying(
                                host.id(),
                                1,
                                4,
                                host.id().value().startsWith("cp")
                                        ? Optional.of(member(host.id()))
                                        : Optional.empty()))))
                .toList();
        assertThat(hosts(decide(fleet(sound, prod))))
                .as("all members are sound, and cp-a leads")
                .containsExactly("cp-b", "w-1");
    }

    private static MemberReport member(HostId host) {
        long id = host.value().charAt(3);
        return new MemberReport(
                1,
                Optional.of(new MemberStatus(
                        new EtcdId(7),
                        new EtcdId(id),
                        "3.5.16",
                        id == 'a' ? MemberStatus.Role.LEADER : MemberStatus.Role.FOLLOWER,
                        true,
                        'a',
                        2,
                        9,
                        9,
                        5,
                        200,
                        190,
                        Set.of(),
                        List.of())));
    }
}
