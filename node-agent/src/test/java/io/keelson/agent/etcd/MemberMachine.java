package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.CrashingHost;
import io.keelson.agent.host.Etcd.Hash;
import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Network;
import io.keelson.agent.host.Units;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.agent.plan.Step;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A control-plane host in memory beside two sound members, whose etcd is what systemd and its disk make of it: it answers
 * while its unit runs, as the member whose id its data hold; without data it begins as whoever is listed for it. After every
 * effect it is looked at whether a boot would start what must not run.
 */
final class MemberMachine {
    static final String A = "192.0.2.1";
    static final String B = "192.0.2.2";
    static final String C = "192.0.2.3";
    static final EtcdLayout LAYOUT =
            EtcdLayout.ofCluster(Path.of("/opt/keelson/releases").resolve(SampleNode.BUNDLE));
    static final EtcdMember OWN = member("cp-a", A);
    static final List<EtcdMember> MEMBERS = List.of(OWN, member("cp-b", B), member("cp-c", C));
    static final String UNIT = LAYOUT.unit();
    static final Path DATABASE = LAYOUT.database();
    /** Stands for what etcd writes into its log of who it is. */
    static final Path ID = LAYOUT.etcdData().resolve("id");

    /** A database whose data differ from the others'. */
    static final String DIFFERENT = "what the others do not know";

    final MemoryHost host = new MemoryHost();
    final MemoryEtcd etcd = host.memoryEtcd();
    private final ManualPacer pacer = new ManualPacer();
    private final Set<String> begun = new HashSet<>();
    private final Set<String> voted = new HashSet<>();
    SnapshotSource snapshots = SnapshotSource.none();
    /** Whether data of this host were ever noted to differ. */
    private boolean noted;

    private Optional<EtcdId> founder = Optional.empty();
    private Consumer<String> also = unit -> {};
    private Runnable meanwhile = () -> {};

    private static EtcdMember member(String name, String address) {
        return EtcdMember.standard(new NodeName(name), new IpAddress(address));
    }

    MemberMachine() {
        // In its time a learner that stands still is given up soon.
        pacer.meanwhile(time -> {
            pacer.advance(time.multipliedBy(199));
            meanwhile.run();
        });
        List.of(A, B, C).forEach(etcd::voter);
        etcd.lead(B);
        etcd.answer(A, () -> runs(UNIT) ? status() : Optional.empty());
        host.units().onRun(this::run);
        host.network()
                .answer(
                        EtcdPlanner.METRICS_URL + "/health?serializable=true&exclude=NOSPACE&exclude=CORRUPT",
                        () -> runs(UNIT) && !etcd.isSilent(A)
                                ? Optional.of(new Network.Response(200, "{\"health\":\"true\"}"))
                                : Optional.empty());
    }

    static EtcdSpec spec(int incarnation) {
        return new EtcdSpec("prod", MEMBERS, Optional.of(OWN), incarnation);
    }

    List<Step> steps(EtcdSpec spec) {
        if (spec.isFenced()) {
            return List.of(EtcdPlanner.fence(spec, LAYOUT));
        }
        var steps = new ArrayList<Step>(List.of(new OpenClientGate(LAYOUT, pacer)));
        steps.addAll(EtcdPlanner.steps(spec, LAYOUT, SampleNode.bundle(), snapshots, pacer));
        return steps;
    }

    /** The member of the first incarnation, which votes and runs. */
    void voting() {
        founds();
        assertThat(AgentRun.of(steps(spec(1)), host)).isEmpty();
        founder = Optional.empty();
        host.files().put(DATABASE + "", "what it knows");
        assertThat(status().orElseThrow().carries()).isTrue();
    }

    boolean runs(String unit) {
        return host.units().state(unit).filter(Units.State::running).isPresent();
    }

    private Optional<String> id() {
        return host.files().read(ID).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** What the member says while it runs; one that was removed ends. */
    Optional<MemberStatus> status() {
        var id = id().orElse("");
        return id.startsWith("anew")
                ? Optional.of(alone())
                : etcd.at(A).filter(listed -> listed.id().toString().equals(id)).map(listed -> etcd.status(A));
    }

    /** Of the first member of a cluster that was begun anew. */
    MemberStatus alone() {
        var id = new EtcdId(0xaaa);
        var self = new KnownMember(id, OWN.name().value(), List.of(OWN.peerUrl()), false);
        return new MemberStatus(
                new EtcdId(0xc2),
                id,
                "3.5.16",
                MemberStatus.Role.LEADER,
                true,
                id.bits(),
                3,
                100,
                100,
                50,
                1000,
                500,
                Set.of(),
                List.of(self));
    }

    /** What a unit does besides when it runs. */
    void onRun(Consumer<String> run) {
        also = run;
    }

    /** What happens on the host while its agent waits. */
    void whileItWaits(Runnable happens) {
        meanwhile = happens;
    }

    /** The member on this host is one of those who begin the cluster. */
    void founds() {
        founder = Optional.of(MemoryEtcd.id(A));
    }

    /** What etcd does when it starts. */
    private void run(String unit) {
        if (unit.equals(UNIT)) {
            runEtcd();
        }
        also.accept(unit);
    }

    private void runEtcd() {
        requireLegal("started");
        if (host.files().list(LAYOUT.log()).isEmpty()) {
            try {
                begin(beginsAs().orElseThrow());
            } catch (UncheckedIOException e) {
                host.units().crash(UNIT); // its disk is full
                return;
            }
        }
        if (!id().orElse("").startsWith("anew")) {
            noteVote();
        }
    }

    private void begin(EtcdId id) {
        host.files().put(DATABASE + "", "learnt");
        host.files().put(ID + "", id.toString());
        begun.add(id.toString());
        etcd.hash(A, new Hash(7, 0xfeed));
        etcd.started(id, OWN.name().value());
    }

    private void noteVote() {
        etcd.at(A)
                .filter(member ->
                        !member.learner() && begun.contains(member.id().toString()))
                .ifPresent(member -> voted.add(member.id().toString()));
    }

    private Optional<EtcdId> beginsAs() {
        return etcd.at(A)
                .filter(member -> member.learner() && !member.started())
                .map(KnownMember::id)
                .or(() -> founder);
    }

    /** Neither a member that forgot its votes, nor data that were found to differ, nor two members in its place. */
    void look(String what) {
        noted |= host.files().exists(LAYOUT.corruptFile());
        if (host.units().wouldStart(UNIT)) {
            requireLegal("would be started after: " + what);
        }
        var members = etcd.listed();
        assertThat(members.stream().filter(KnownMember::learner).count())
                .as("learners after: %s", what)
                .isLessThanOrEqualTo(1);
        for (var other : List.of(B, C)) {
            assertThat(etcd.at(other).filter(member -> !member.learner()))
                    .as("%s after: %s", other, what)
                    .isPresent();
        }
        assertThat(members.stream().filter(member -> member.peerUrls().contains(OWN.peerUrl())))
                .as("members in its place after: %s", what)
                .hasSizeLessThanOrEqualTo(1);
        noteVote();
    }

    private void requireLegal(String what) {
        boolean hasLog = !host.files().list(LAYOUT.log()).isEmpty();
        assertThat(hasLog
                        || beginsAs()
                                .filter(id -> !voted.contains(id.toString()))
                                .isPresent())
                .as("etcd has its log, or may begin; %s", what)
                .isTrue();
        assertThat(noted && database().equals(DIFFERENT))
                .as("data that were found to differ; %s", what)
                .isFalse();
    }

    /** What the database holds. */
    String database() {
        return host.files().exists(DATABASE) ? host.files().text(DATABASE + "") : "";
    }

    /** All files that last, by name; what etcd calls its member differs with each try. */
    TreeMap<String, String> disk() {
        var id = id().orElse("");
        var disk = new TreeMap<String, String>();
        host.files().under(Path.of("/")).stream()
                .filter(file -> !file.startsWith("/proc") && !file.toString().endsWith(".tmp"))
                .forEach(file -> disk.put(
                        file.toString(),
                        file.equals(ID)
                                ? "own"
                                : host.files().text(file.toString()).replace("\"" + id + "\"", "own")));
        return disk;
    }

    /** This host, with an agent that is killed at that point, or to which something happens there. */
    CrashingHost crashing(int deadly, Consumer<String> watch, Optional<Runnable> instead) {
        return new CrashingHost(
                host,
                deadly,
                what -> {
                    look(what);
                    watch.accept(what);
                },
                instead);
    }
}
