package io.keelson.agent.etcd;

import io.keelson.agent.host.Etcd;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the order permits was done to the member: its database was defragmented, it took the leadership. The count is noted
 * after the effect, so that whatever is cut short is done again; both may be. The other members are asked first: unless
 * they carry the quorum, nothing is begun that takes this one away from them; where the database is full it is enough that
 * they carry it with this one. A leader hands its leadership over before.
 *
 * <p>A member of etcd 3.5 that is defragmented keeps its connections and holds every call until it is done, so its clients are
 * kept away meanwhile ({@link ClientGate}). One that votes alone, or is full, has nobody to whom they could go or nothing that they
 * could write, and keeps them.
 *
 * <p>A member that has no note, because it is new or its data are, has nothing to catch up on.
 */
record Upkeep(EtcdSpec spec, EtcdMember own, EtcdLayout layout, Pacer pacer) implements Step {
    private static final Duration QUORUM = Duration.ofMinutes(2);

    /** In which a member that is defragmented carries nothing, and a while to come back. */
    private static final Duration OUTAGE = Etcd.DEFRAGMENTATION.plus(QUORUM);

    /** The new database as long as it is not whole (etcd's server/storage/backend, defrag); a start removes what is left. */
    private static final String UNFINISHED = "db.tmp";

    private static final double MIB = 1 << 20;

    private static final Duration LOOK = Duration.ofMillis(200);

    /** In which a member that is restarted is back. */
    static final Duration RESTART = Duration.ofMinutes(2);

    /** For etcd's log meanwhile: one file of it (etcd's wal package, SegmentSizeBytes). */
    private static final long LOG_BYTES = 64L << 20;

    @Override
    public StepId id() {
        return new StepId("etcd.upkeep");
    }

    @Override
    public String title() {
        return "do what etcd needs from time to time";
    }

    @Override
    public Duration settle() {
        return QUORUM;
    }

    @Override
    public Finding observe(Host host) {
        try {
            var noted = UpkeepNote.read(host, layout.upkeepFile());
            if (noted.isEmpty()) {
                return new Needed("no note of what was done to the member");
            }
            var done = noted.get();
            if (done.defragmentation() < spec.upkeep().defragmentation()) {
                return new Needed("a defragmentation is permitted");
            }
            if (done.leadership() < spec.upkeep().leadership()) {
                return new Needed("it is to lead");
            }
            return new Satisfied("defragmented " + done.defragmentation() + " times, made leader " + done.leadership());
        } catch (ProblemException e) {
            return new Refused(e.problem());
        }
    }

    @Override
    public void apply(Host host, Activity activity) {
        var noted = UpkeepNote.read(host, layout.upkeepFile());
        if (noted.isEmpty()) {
            UpkeepNote.write(host, layout.upkeepFile(), spec.upkeep());
            return;
        }
        var done = noted.get();
        if (done.leadership() < spec.upkeep().leadership()) {
            lead(host, activity);
            done = new EtcdUpkeep(done.defragmentation(), spec.upkeep().leadership());
            UpkeepNote.write(host, layout.upkeepFile(), done);
        }
        if (done.defragmentation() < spec.upkeep().defragmentation()) {
            // Noted when its turn was given back: an agent that is killed in between takes it again, and gives it back.
            var left = defragment(host, activity);
            done = new EtcdUpkeep(spec.upkeep().defragmentation(), done.leadership());
            UpkeepNote.write(host, layout.upkeepFile(), done);
            left.ifPresent(problem -> {
                throw problem.asException();
            });
        }
    }

    /** What is left to be said of one that was tried, and counts as done. */
    private Optional<Problem> defragment(Host host, Activity activity) {
        var found = status(host);
        requireRoom(host, found);
        if (spec.others().isEmpty() || found.isOnlyVoter()) {
            return rewrite(host, found, activity);
        }
        boolean waited = isFull(found);
        boolean beside = waited && !awaitAll(host, activity);
        // A while later: who leads, and whether it is full still, may be otherwise.
        var before = waited ? status(host) : found;
        // Permitted as it is: what restarts another member may be no order of the server.
        try (var turn = Turn.take(host, spec, layout, pacer, before, OUTAGE)) {
            var neighbours = beside && isFull(before)
                    ? Neighbours.askBeside(host, spec, layout).requireNoneIsDownForAWhile()
                    : Neighbours.ask(host, spec, layout);
            turn.requireTime();
            try (@Nullable ClientGate unused = isFull(before) ? null : shut(host, activity)) {
                return relieved(host, before, neighbours, turn, activity);
            }
        }
    }

    /** Where the packet filter does not do it, clients wait, as with any other etcd: a database that is never small again is worse. */
    private @Nullable ClientGate shut(Host host, Activity activity) {
        activity.progress("keeping clients away, who go to the other members");
        try {
            return ClientGate.shut(host, own, layout, pacer);
        } catch (ProblemException e) {
            activity.progress(e.problem().what() + "; they wait until it is done");
            return null;
        }
    }

    /** A leader hands its leadership over first. */
    private Optional<Problem> relieved(
            Host host, MemberStatus before, Neighbours neighbours, Turn turn, Activity activity) {
        if (before.role() == Role.LEADER) {
            new Leadership(layout.inside(own), pacer).handOver(host, neighbours, activity);
        }
        turn.requireTime();
        return rewrite(host, before, activity);
    }

    private static boolean isFull(MemberStatus status) {
        return status.alarms().contains(Alarm.NOSPACE);
    }

    /**
     * In a full database nobody can write, whoever is there. So a member that is away is no reason to leave it so; but one that
     * is just being restarted, for which it cannot take a turn, is waited for.
     *
     * @return whether the others carry the quorum without this one
     */
    private boolean awaitAll(Host host, Activity activity) {
        long began = pacer.nanos();
        while (!Neighbours.askBeside(host, spec, layout).suffice()) {
            if (pacer.nanos() - began > RESTART.toNanos()) {
                activity.progress("the database is full; the members that are away are not waited for");
                return false;
            }
            pacer.pauseWhile(LOOK, "an etcd member was waited for");
        }
        return true;
    }

    /**
     * The member writes its database anew. What did not go for want of disk is done when there is room; all else counts, whatever
     * came of it: each try keeps clients away, and may end a member whose disk is bad.
     */
    private Optional<Problem> rewrite(Host host, MemberStatus before, Activity activity) {
        activity.progress("defragmenting %.1f MiB, of which %.1f are in use"
                .formatted(before.dbBytes() / MIB, before.dbInUseBytes() / MIB));
        Optional<Problem> failure = Optional.empty();
        try {
            if (!host.etcd().defragment(layout.inside(own))) {
                // It goes on there, and carries nothing before it ends. To begin anew for ever would be worse than to
                // count what nobody saw end: where it still pays afterwards, it is permitted once more.
                activity.progress("it takes longer than " + Etcd.DEFRAGMENTATION.toMinutes() + " minutes");
                return Optional.empty();
            }
        } catch (ProblemException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e; // the agent ends, and the member goes on
            }
            failure = Optional.of(failed(e.problem().what()));
        }
        var after = new Leadership(layout.inside(own), pacer)
                .await(host, "it comes back after its defragmentation", QUORUM, MemberStatus::carries);
        if (failure.isPresent()) {
            requireRoom(host, before); // what was left of the new database went when the member started
        } else {
            activity.progress("%.1f MiB after the defragmentation".formatted(after.dbBytes() / MIB));
        }
        return failure;
    }

    private Problem failed(String why) {
        return Problem.error(
                ProblemCode.ETCD_CALL_FAILED,
                "the etcd member was not defragmented: " + why,
                Remedy.advise(
                        "It keeps the database that it had. See what it says; then ask for it once more with keelson etcd"
                                + " defrag.",
                        "journalctl -u " + layout.unit() + " -n 50"));
    }

    /** Whether the member, while it runs, is writing its database anew for whatever agent: it answers, and carries nothing. */
    static boolean isDefragmenting(Host host, EtcdLayout layout) {
        return host.files().list(layout.arriving()).stream()
                .anyMatch(file -> String.valueOf(file.getFileName()).startsWith(UNFINISHED));
    }

    /**
     * For the new database, which etcd writes beside the old one. An etcd 3.5.16 that runs out of disk there says so and then
     * crashes at its next access, and would again with each try.
     */
    private void requireRoom(Host host, MemberStatus status) {
        long needed = status.dbInUseBytes() + LOG_BYTES;
        long usable = host.files().usableBytes(layout.dataDir());
        if (usable < needed) {
            throw Problem.error(
                            ProblemCode.HOST_DISK_FULL,
                            "to defragment the etcd member takes %.0f MiB of disk, %.0f are free in %s; it is left as it is"
                                    .formatted(needed / MIB, usable / MIB, layout.dataDir()),
                            Remedy.advise(
                                    "Free disk space on the host; the agent tries again by itself.",
                                    "df -h " + layout.dataDir()))
                    .asException();
        }
    }

    private void lead(Host host, Activity activity) {
        var status = status(host);
        if (status.role() != Role.LEADER) {
            leadership().take(host, status, Neighbours.ask(host, spec, layout), activity);
        }
    }

    private MemberStatus status(Host host) {
        return host.etcd()
                .status(layout.client(own))
                .filter(MemberStatus::carries)
                .orElseThrow(() ->
                        Leadership.atRisk("this member is not sound itself").asException());
    }

    private Leadership leadership() {
        return new Leadership(layout.client(own), pacer);
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
