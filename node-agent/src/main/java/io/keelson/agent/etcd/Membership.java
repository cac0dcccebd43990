package io.keelson.agent.etcd;

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
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.util.Optional;

/**
 * The member votes, is part of the majority, and its ids are noted. A learner is watched until it has caught up and then
 * given its vote; one that makes no progress is taken out again, so that it stands in nobody's way, and begins anew.
 *
 * @param pacer between looks at a learner
 */
record Membership(EtcdSpec spec, EtcdMember own, EtcdLayout layout, Pacer pacer) implements Step {
    /** How long a learner may show no progress; a database that is on its way to it is progress. */
    static final Duration STALLED = Duration.ofMinutes(7);

    private static final Duration FIRST_LOOK = Duration.ofMillis(100);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);
    private static final Duration QUORUM = Duration.ofMinutes(5);
    private static final double MIB = 1 << 20;

    @Override
    public StepId id() {
        return new StepId("etcd.membership");
    }

    @Override
    public String title() {
        return "be a voting member of etcd";
    }

    @Override
    public Duration settle() {
        return QUORUM;
    }

    @Override
    public Finding observe(Host host) {
        var found = host.etcd().status(layout.client(own));
        if (found.isEmpty()) {
            return new Needed("etcd does not answer at " + own.clientUrl());
        }
        var status = found.get();
        var note = MemberNote.read(host, layout.memberFile());
        var noted = note.flatMap(MemberNote::ids);
        if (noted.filter(ids -> !ids.equals(MemberNote.Ids.of(status))).isPresent()) {
            return new Refused(changed(noted.get(), status));
        }
        if (!status.role().votes()) {
            return new Needed("it is a learner, at entry " + status.applied());
        }
        if (!status.quorum()) {
            return new Needed("it finds no majority");
        }
        return note.filter(MemberNote::voted)
                        .filter(each -> isEverywhere(host, each))
                        .isPresent()
                ? new Satisfied("votes as " + status.id() + " in " + status.cluster())
                : new Needed("that it votes is not noted");
    }

    /** In both places: what only one of them says, the server does not take for known. */
    private boolean isEverywhere(Host host, MemberNote note) {
        return MemberNote.read(host, layout.historyFile()).equals(Optional.of(note))
                && !host.files().exists(layout.unstarted());
    }

    @Override
    public void apply(Host host, Activity activity) {
        var note = MemberNote.read(host, layout.memberFile())
                .orElseThrow(() -> new IllegalStateException("the unit runs only with its note"));
        if (note.voted()) {
            note(host, note);
            return; // it comes to its work with the others
        }
        // Before anybody is asked: it may have got its vote just before the agent was killed.
        if (noteVote(host, note)
                || spec.incarnation() == EtcdSpec.FOUNDING
                || spec.founding().isPresent()) {
            return; // who founds has its vote as soon as it runs
        }
        awaitVote(host, activity);
        awaitNoted(host, note);
        activity.progress("it votes");
    }

    /**
     * The vote counts once a majority has it, and this member hears of it a moment later. It is waited for here: who only
     * observes notes nothing.
     */
    private void awaitNoted(Host host, MemberNote note) {
        var look = FIRST_LOOK;
        long began = pacer.nanos();
        while (!noteVote(host, note)) {
            if (pacer.nanos() - began > QUORUM.toNanos()) {
                throw Leadership.atRisk("its vote did not arrive within " + QUORUM.toMinutes() + " minutes")
                        .asException();
            }
            pacer.pauseWhile(look, "a learner was watched");
            look = Pacer.longer(look, LONGEST_LOOK);
        }
    }

    private boolean noteVote(Host host, MemberNote note) {
        var status = host.etcd()
                .status(layout.client(own))
                .filter(found -> found.role().votes());
        status.ifPresent(found -> note(host, note.voting(MemberNote.Ids.of(found))));
        return status.isPresent();
    }

    /** The same again where it was cut short. */
    private void note(Host host, MemberNote voting) {
        voting.write(host, layout.memberFile());
        voting.write(host, layout.historyFile());
        // From now on etcd does not start without its log.
        host.files().remove(layout.unstarted());
    }

    /** Ends with the vote, with a problem once nothing moves any more, or when the thread is interrupted. */
    private void awaitVote(Host host, Activity activity) {
        var best = Progress.NONE;
        var look = FIRST_LOOK;
        long moved = pacer.nanos();
        while (true) {
            var neighbours = Neighbours.ask(host, spec, layout);
            var learner =
                    neighbours.at(own.peerUrl()).orElseThrow(() -> notListed().asException());
            if (!learner.learner()) {
                return;
            }
            var status = host.etcd().status(layout.client(own));
            long received = received(host);
            var now = best.with(status, received);
            if (!now.equals(best)) {
                best = now;
                moved = pacer.nanos();
            }
            activity.progress(status.map(
                            seen -> "the learner is at entry " + seen.applied() + " of " + neighbours.index())
                    .orElse("the learner does not answer yet, with %.1f MiB received".formatted(received / MIB)));
            if (status.isPresent() && host.etcd().promote(neighbours.first(), learner.id())) {
                return;
            }
            if (pacer.nanos() - moved > STALLED.toNanos()) {
                throw evicted(host, neighbours, learner.id(), best).asException();
            }
            pacer.pauseWhile(look, "a learner was watched");
            look = Pacer.longer(look, LONGEST_LOOK);
        }
    }

    /**
     * How much of a database has come of which the member says nothing: etcd writes it into a file beside its own, and does not
     * answer before it has all of it.
     */
    long received(Host host) {
        return host.files().list(layout.arriving()).stream()
                .map(layout.arriving()::resolve)
                .filter(file -> !file.equals(layout.database()))
                .mapToLong(host.files()::bytes)
                .sum();
    }

    /**
     * The furthest that a learner was seen. A database that comes once more, since the connection broke, is progress only from
     * where the one before had come to: otherwise one that never arrives would keep all other members out.
     */
    private record Progress(long applied, long dbBytes, long received) {
        static final Progress NONE = new Progress(-1, -1, 0);

        Progress with(Optional<MemberStatus> status, long nowReceived) {
            long nowApplied = status.map(MemberStatus::applied).orElse(-1L);
            // One that it has in its own database counts no more: the next one begins anew.
            return new Progress(
                    Math.max(applied, nowApplied),
                    Math.max(dbBytes, status.map(MemberStatus::dbBytes).orElse(-1L)),
                    nowApplied > applied ? nowReceived : Math.max(received, nowReceived));
        }
    }

    /**
     * Out of the cluster. First the notes are set back, so that the next run begins anew wherever this one is cut short; it
     * finds a learner that was started and removes it.
     */
    private Problem evicted(Host host, Neighbours neighbours, EtcdId learner, Progress best) {
        MemberNote.read(host, layout.historyFile())
                .ifPresent(note -> note.before().write(host, layout.historyFile()));
        host.files().remove(layout.memberFile());
        host.etcd().remove(neighbours.first(), learner);
        return Problem.error(
                ProblemCode.ETCD_LEARNER_STALLED,
                "etcd's learner " + learner + " made no progress for " + STALLED.toMinutes() + " minutes at entry "
                        + best.applied() + " of " + neighbours.index()
                        + ", with %.1f MiB received; it was removed".formatted(best.received() / MIB),
                Remedy.advise(
                        "Look at the network between the members and at this host's disk.",
                        "journalctl -u " + layout.unit() + " -n 50"));
    }

    private static Problem notListed() {
        return Problem.error(
                ProblemCode.ETCD_MEMBER_CHANGED,
                "the other members do not list this host's member any more",
                Remedy.advise("See who are members.", "keelson etcd status"));
    }

    private Problem changed(MemberNote.Ids noted, MemberStatus status) {
        return Problem.error(
                ProblemCode.HOST_FOREIGN_DATA,
                layout.dataDir() + " holds member " + status.id() + " of cluster " + status.cluster() + ", noted is "
                        + noted.member() + " of " + noted.cluster(),
                Remedy.advise("Mount the disk on which the member lived.", "findmnt --target " + layout.dataDir()));
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
