package io.keelson.agent.etcd;

import io.keelson.agent.host.Host;
import io.keelson.agent.os.ComponentUnit;
import io.keelson.agent.os.Probe;
import io.keelson.agent.os.Sandbox;
import io.keelson.agent.os.ServiceUnit;
import io.keelson.agent.os.UnitFile;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.Refounding;
import io.keelson.problem.Problem;
import io.keelson.release.BundleManifest;
import io.keelson.release.Placeholder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Plans an etcd member on a host: its identity, its service, its vote, its upkeep. The same for a cluster's member and for the control
 * server's own etcd. The release lies on disk already, and so do the certificates, which etcd reads anew for each
 * connection: their renewal restarts nothing.
 */
public final class EtcdPlanner {
    /** Loopback, plain HTTP: {@code /health} and {@code /metrics}; asked for with {@code --listen-metrics-urls}. */
    public static final String METRICS_URL = "http://127.0.0.1:2381";

    /**
     * etcd's own default, 2^32-1, is more than gRPC's smallest transport can count: it takes it for -1 and sends nothing.
     */
    static final String MAX_STREAMS = "--max-concurrent-streams=" + Integer.MAX_VALUE;

    private static final Duration START = Duration.ofMinutes(5);

    private EtcdPlanner() {}

    /**
     * The steps, in order. The bundle's component {@code etcd} says with which flags it runs.
     *
     * @param snapshots from where the host gets one, should it be ordered to begin the cluster anew with it
     * @throws IllegalArgumentException if the spec has no member on this host
     */
    public static List<Step> steps(
            EtcdSpec spec, EtcdLayout layout, BundleManifest manifest, SnapshotSource snapshots) {
        return steps(spec, layout, manifest, snapshots, Pacer.system());
    }

    static List<Step> steps(
            EtcdSpec spec, EtcdLayout layout, BundleManifest manifest, SnapshotSource snapshots, Pacer pacer) {
        var steps = new ArrayList<Step>();
        spec.founding()
                .map(origin -> refound(spec, layout, manifest, origin, snapshots, pacer))
                .ifPresent(steps::add);
        steps.addAll(lasting(spec, layout, manifest, pacer));
        return List.copyOf(steps);
    }

    /**
     * Comes first of all that is done to a host with a member: what keeps its clients away is never left there for as long as
     * something else does not go.
     */
    public static Step clients(EtcdLayout layout) {
        return new OpenClientGate(layout, Pacer.system());
    }

    /** All that a host does whose member is of before its cluster was begun anew. */
    public static Step fence(EtcdSpec spec, EtcdLayout layout) {
        return new Fence(spec, own(spec), layout);
    }

    private static List<Step> lasting(EtcdSpec spec, EtcdLayout layout, BundleManifest manifest, Pacer pacer) {
        var own = own(spec);
        return List.of(
                new MemberIdentity(spec, own, layout),
                new Soundness(spec, own, layout),
                new MemberService(service(layout, manifest, placeholders(spec, layout)), spec, own, layout, pacer),
                new Membership(spec, own, layout, pacer),
                new Upkeep(spec, own, layout, pacer),
                new Space(spec, own, layout, pacer));
    }

    /**
     * Why what lies in the data directory cannot become the data of the member on this host, before anything on the host was
     * changed; asked of a directory that is not empty.
     *
     * @throws IllegalArgumentException if the spec has no member on this host
     */
    public static Optional<Problem> foreignData(Host host, EtcdSpec spec, EtcdLayout layout) {
        return new Ownership(spec, own(spec), layout).beforeAnything(host);
    }

    /**
     * Whether this host is noted to hold, or to have held, the member in the incarnation that is ordered: it was made, or the
     * cluster begun anew with it, if that was ordered.
     *
     * @throws io.keelson.problem.ProblemException HOST_STATE_UNREADABLE if the note says nothing
     */
    public static boolean isIncarnated(Host host, EtcdSpec spec, EtcdLayout layout) {
        return MemberNote.read(host, layout.historyFile())
                .filter(found -> found.incarnation() == spec.incarnation())
                .isPresent();
    }

    /**
     * The highest incarnation of the member on this host that is noted beside its data or its keys; 0 if none is.
     *
     * @throws io.keelson.problem.ProblemException HOST_STATE_UNREADABLE if a note says nothing
     */
    public static int notedIncarnation(Host host, EtcdSpec spec, EtcdLayout layout) {
        var own = new Ownership(spec, own(spec), layout).note();
        var notes = Ownership.Notes.read(host, layout);
        return Stream.of(notes.inData(), notes.inHistory())
                .flatMap(Optional::stream)
                .filter(own::sameMember)
                .mapToInt(MemberNote::incarnation)
                .max()
                .orElse(0);
    }

    private static EtcdMember own(EtcdSpec spec) {
        return spec.own().orElseThrow(() -> new IllegalArgumentException("no etcd member on this host"));
    }

    /** What the bundle's templates are told about etcd. Without a member on this host, only where the members are. */
    public static Map<Placeholder, String> placeholders(EtcdSpec spec, EtcdLayout layout) {
        var values = new EnumMap<Placeholder, String>(Placeholder.class);
        values.put(Placeholder.ETCD_ENDPOINTS, spec.endpoints());
        values.put(Placeholder.ETCD_INITIAL_CLUSTER, spec.initialCluster());
        // Read by etcd only while its data directory is empty; MemberIdentity sees to it that that is the first time.
        values.put(Placeholder.ETCD_INITIAL_STATE, spec.incarnation() == EtcdSpec.FOUNDING ? "new" : "existing");
        values.put(Placeholder.ETCD_TOKEN, spec.token());
        values.put(Placeholder.ETCD_DATA_DIR, layout.dataDir().toString());
        values.put(Placeholder.PKI_DIR, layout.pkiDir().toString());
        values.put(Placeholder.RELEASE_DIR, layout.releaseDir().toString());
        spec.own().ifPresent(own -> {
            values.put(Placeholder.ETCD_NAME, own.name().value());
            values.put(Placeholder.NODE_NAME, own.name().value());
            values.put(Placeholder.NODE_ADDRESS, own.address().value());
        });
        return values;
    }

    private static Step refound(
            EtcdSpec spec,
            EtcdLayout layout,
            BundleManifest manifest,
            Refounding.Origin origin,
            SnapshotSource snapshots,
            Pacer pacer) {
        var own = own(spec);
        var component = new ComponentUnit(manifest, layout.releaseDir(), placeholders(spec, layout), layout.flags());
        var last = new LastMember(
                layout,
                argv -> daemon(
                        UnitFile.daemon(LastMember.UNIT, "etcd member alone, for its last entries")
                                .exec("ExecStart", argv),
                        layout),
                component.argv("etcd", List.of(MAX_STREAMS)),
                pacer);
        return new Refound(spec, own, layout, origin, last, new RestoredData(spec, own, layout), snapshots);
    }

    private static UnitFile daemon(UnitFile unit, EtcdLayout layout) {
        return unit.service("Type", "exec")
                .service("LimitNOFILE", "1048576")
                .service("OOMScoreAdjust", "-900")
                .service("IOSchedulingClass", "best-effort")
                .service("IOSchedulingPriority", "0")
                .service("ReadWritePaths", layout.dataDir().toString())
                .sandboxed(Sandbox.SERVER);
    }

    private static ServiceUnit service(
            EtcdLayout layout, BundleManifest manifest, Map<Placeholder, String> placeholders) {
        // Not Type=notify: etcd says that it is ready only with a quorum, and a start job that waits for other hosts
        // would hold up the boot and end by killing the member at its time limit.
        var unit = new ComponentUnit(manifest, layout.releaseDir(), placeholders, layout.flags())
                .of("etcd", layout.unit(), "etcd member", List.of("--listen-metrics-urls=" + METRICS_URL, MAX_STREAMS))
                .unit("Wants", "network-online.target")
                .unit("After", "network-online.target")
                .unit("RequiresMountsFor", layout.dataDir().toString())
                .unit("AssertPathExists", layout.memberFile().toString())
                .unit("AssertPathExists", "!" + layout.corruptFile())
                // One of these two: systemd must not start what has forgotten its votes, also before the agent looks.
                .unit("AssertDirectoryNotEmpty", "|" + layout.log())
                .unit("AssertPathExists", "|" + layout.unstarted());
        return new ServiceUnit(
                new StepId("etcd.member"),
                "run etcd",
                daemon(unit, layout),
                List.of(layout.pkiDir().resolve("etcd/ca.crt")),
                // Of this member alone: whether there is a majority is Membership's question, and a learner cannot say.
                // A full database is no reason to keep a learner from its vote, and neither is what another member
                // holds.
                Probe.answers(
                        METRICS_URL + "/health?serializable=true&exclude=NOSPACE&exclude=CORRUPT", EtcdPlanner::health),
                START);
    }

    private static Optional<String> health(String body) {
        return body.replace(" ", "").contains("\"health\":\"true\"")
                ? Optional.empty()
                : Optional.of("etcd says " + body.strip());
    }
}
