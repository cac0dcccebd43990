package io.keelson.agent.etcd;

import io.keelson.agent.etcd.Ownership.Notes;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.Optional;

/**
 * The data directory belongs to this member of this cluster, in the incarnation that was ordered. A note beside the data
 * says so, and one beside the keys that the host is a member; the unit of etcd asserts the first. So an etcd whose disk is
 * not mounted, or whose data were lost, does not begin anew under the old identity: a member that forgot its votes could
 * make the others lose acknowledged writes (Raft, section 5.2 and 5.4).
 *
 * <p>A host that was installed anew has no note beside the keys. Then the order says which member it held, and the note beside
 * the data is believed if it names that one; an empty disk is a loss, also in the first incarnation.
 *
 * <p>A higher incarnation is the server's permit to be a new member. Data that came back meanwhile, of a member that the
 * others still list, are kept: nothing has to be made anew then. Not so data that were found to differ from the others'
 * ({@link Soundness}); they go when the cluster expects the new member.
 */
record MemberIdentity(EtcdSpec spec, EtcdMember own, EtcdLayout layout) implements Step {
    @Override
    public StepId id() {
        return new StepId("etcd.identity");
    }

    @Override
    public String title() {
        return "give etcd's data directory to member " + own.name();
    }

    @Override
    public Finding observe(Host host) {
        Notes notes;
        try {
            notes = Notes.read(host, layout);
        } catch (ProblemException e) {
            return new Refused(e.problem());
        }
        return ownership()
                .refusal(host, notes)
                .<Finding>map(Refused::new)
                .orElseGet(() -> notes.inData()
                        .filter(note -> !ownership().superseded(note, notes.inHistory()))
                        .map(note -> note.incarnation() == spec.incarnation()
                                ? withData(host, note, notes.inHistory())
                                : older(note))
                        .orElseGet(() -> withoutData(notes.inHistory())));
    }

    private Finding withData(Host host, MemberNote inData, Optional<MemberNote> inHistory) {
        if ((inData.voted() || spec.current().isPresent()) && !hasLog(host)) {
            return new Refused(lost());
        }
        return isOrdered(inHistory)
                ? new Satisfied("data of " + inData)
                : new Needed("no note beside the keys that this host is a member");
    }

    private Finding withoutData(Optional<MemberNote> inHistory) {
        if (isOrdered(inHistory)) {
            return new Refused(lost());
        }
        if (isUnnoted(inHistory)) {
            return new Needed("no note that this host was a member");
        }
        return inHistory.map(this::older).orElseGet(() -> new Needed("no data yet"));
    }

    private boolean isOrdered(Optional<MemberNote> note) {
        return note.filter(found -> found.incarnation() == spec.incarnation()).isPresent();
    }

    /**
     * Whether the order says that there was a member, and the note beside the keys does not: it went with the keys. A higher
     * incarnation than the first says so, too.
     */
    private boolean isUnnoted(Optional<MemberNote> inHistory) {
        boolean wasMember = spec.known().isPresent() || spec.incarnation() > EtcdSpec.FOUNDING;
        return spec.current().isPresent() ? !isOrdered(inHistory) : wasMember && inHistory.isEmpty();
    }

    private Finding older(MemberNote found) {
        return new Needed("is " + found + "; ordered is incarnation " + spec.incarnation());
    }

    @Override
    public void apply(Host host, Activity activity) {
        var notes = Notes.read(host, layout);
        var inHistory = notes.inHistory();
        var inData = notes.inData().filter(note -> !ownership().superseded(note, inHistory));
        if (inData.isEmpty() && isUnnoted(inHistory)) {
            // So that the loss is known as one, and a later permit as one.
            remembered().write(host, layout.historyFile());
            return;
        }
        host.files().directory(layout.dataDir(), Access.SECRET);
        if (spec.incarnation() == EtcdSpec.FOUNDING || isOrdered(inData)) {
            write(host, inData.or(() -> inHistory).orElseGet(ownership()::note));
            return;
        }
        // Data that differ from the others' are nobody's, whoever lists the member; the permit is for these very ones.
        if (!host.files().exists(layout.corruptFile())
                && inData.filter(note -> !ownership().isOfBefore(note))
                        .filter(note -> isStillAMember(host, note))
                        .isPresent()) {
            activity.progress("the data of " + inData.get() + " are here, and nobody has removed it: they are kept");
            write(host, inData.get().incarnated(spec.incarnation()));
            return;
        }
        var before = inData.or(() -> inHistory)
                .filter(note -> !ownership().isOfBefore(note))
                .flatMap(MemberNote::ids)
                .map(MemberNote.Ids::cluster)
                .or(() -> spec.known().map(held -> new EtcdId(held.cluster())));
        var ids = new NewMember(spec, own, layout).expected(host, before, activity);
        // The unit's assertion keeps etcd from running without a note; it is stopped all the same, in case it ran
        // before.
        host.files().remove(layout.memberFile());
        if (host.units().state(layout.unit()).isPresent()) {
            host.units().stop(layout.unit());
        }
        host.files().remove(layout.etcdData());
        host.files().remove(layout.fencedFile());
        host.files().remove(layout.corruptFile());
        write(host, ownership().note().with(ids));
    }

    private Ownership ownership() {
        return new Ownership(spec, own, layout);
    }

    /** What the note beside the keys said, as far as the order knows it. */
    private MemberNote remembered() {
        var note = ownership().note();
        return spec.current()
                .map(held -> note.voting(new MemberNote.Ids(new EtcdId(held.cluster()), new EtcdId(held.member()))))
                .orElse(note);
    }

    /**
     * Whether these are data of a member that the others list. If these do not carry the quorum, nobody can have removed it
     * lately, and etcd itself refuses what was removed; hosts that were all installed anew wait for nobody so.
     */
    private boolean isStillAMember(Host host, MemberNote note) {
        if (note.ids().isEmpty() || !hasLog(host)) {
            return false;
        }
        try {
            return Neighbours.ask(host, spec, layout).members().stream()
                    .filter(member -> !member.learner())
                    .map(KnownMember::id)
                    .anyMatch(note.ids().get().member()::equals);
        } catch (ProblemException e) {
            // Whoever is told to end gets no answers either, and must not take that for one.
            if (e.problem().code() == ProblemCode.ETCD_QUORUM_AT_RISK
                    && !Thread.currentThread().isInterrupted()) {
                return true;
            }
            throw e;
        }
    }

    private boolean hasLog(Host host) {
        return !host.files().list(layout.log()).isEmpty();
    }

    /** In this order: were the note beside the keys first, a crash in between would look like lost data. */
    private void write(Host host, MemberNote note) {
        if (!note.voted()) {
            HostFile.text(layout.unstarted(), "until the member has its vote\n").write(host);
        }
        note.write(host, layout.memberFile());
        note.write(host, layout.historyFile());
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("the member's data would be lost");
    }

    private Problem lost() {
        return Problem.error(
                ProblemCode.ETCD_DATA_LOST,
                "the host was etcd member " + own.name() + " of " + spec.token() + ", but " + layout.dataDir()
                        + " is without its data",
                Remedy.advise(
                        "If a disk is not mounted, mount it; the member goes on with its data. If the data are gone, the"
                                + " server lets the host be a new member as soon as all others are sound.",
                        "findmnt --target " + layout.dataDir()));
    }
}
