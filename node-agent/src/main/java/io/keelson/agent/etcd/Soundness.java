package io.keelson.agent.etcd;

import io.keelson.agent.etcd.Comparison.Verdict;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.etcd.MemberStatus.Role;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * The member's data are those of the other members. etcd finds that some differ when a member starts, which then ends, or
 * when history was compacted; then it raises CORRUPT, which ends all writes in the cluster. It does not say whose data are
 * wrong; the hosts compare. Where a majority of others holds the same, and this member something else, that is noted beside the data, for good; etcd is stopped, and neither systemd nor anybody here starts it from them again; the
 * alarm is taken back. So the cluster goes on before anybody is asked for a permit. Then the host halts with
 * ETCD_DATA_CORRUPT, until an order permits it to be a new member ({@link MemberIdentity}).
 *
 * <p>Where no majority holds the same, every member is left as it is, and a person decides.
 */
record Soundness(EtcdSpec spec, EtcdMember own, EtcdLayout layout) implements Step {
    private static final Duration LOG_ARRIVES = Duration.ofSeconds(10);
    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    @Override
    public StepId id() {
        return new StepId("etcd.soundness");
    }

    @Override
    public String title() {
        return "hold the same data as etcd's other members";
    }

    @Override
    public Duration settle() {
        return LOG_ARRIVES;
    }

    @Override
    public Finding observe(Host host) {
        if (spec.others().isEmpty()) {
            return new Satisfied("there is no other member to differ from");
        }
        try {
            var differing = MemberNote.read(host, layout.corruptFile());
            return differing.isPresent() ? fenced(host, differing.get()) : compared(host);
        } catch (ProblemException e) {
            return new Refused(e.problem());
        }
    }

    private Finding compared(Host host) {
        var status = host.etcd().status(layout.client(own));
        if (status.isEmpty()) {
            return new StartCheck(layout)
                    .blame(host)
                    .<Finding>map(Needed::new)
                    .orElseGet(() -> new Satisfied("no sign that its data differ"));
        }
        if (!isAccused(status.get())) {
            return new Satisfied("no sign that its data differ");
        }
        return switch (verdict(host, status.get())) {
            case DIFFERS -> new Needed("its data differ from those of a majority of others");
            case SOUND -> new Satisfied("another member's data differ; its host sees to it");
            // What differed was history, and is forgotten.
            case ALIKE ->
                status.get().role() == Role.LEADER
                        ? new Needed("an alarm is up, and all members hold the same")
                        : new Satisfied("all members hold the same; the leader's host takes the alarm back");
        };
    }

    /** A learner has no vote yet, and its data are still coming. */
    private static boolean isAccused(MemberStatus status) {
        return status.role().votes() && isAlarmed(status);
    }

    private static boolean isAlarmed(MemberStatus status) {
        return status.alarms().contains(Alarm.CORRUPT);
    }

    private Verdict verdict(Host host, MemberStatus status) {
        return new Comparison(spec, own, layout).judge(host, status);
    }

    private Finding fenced(Host host, MemberNote differing) {
        if (mayRun(host)) {
            return new Needed("etcd is not stopped, and its data differ");
        }
        return isAlarmUp(host) ? new Needed("the alarm of its data is up") : new Refused(corrupt(differing));
    }

    private boolean isAlarmUp(Host host) {
        try {
            return Comparison.alarmed(Neighbours.askWhateverTheyHold(host, spec, layout))
                    .isPresent();
        } catch (ProblemException e) {
            LOG.log(Level.DEBUG, "looked at again with the next run: {0}", e.getMessage());
            return false;
        }
    }

    private boolean mayRun(Host host) {
        return host.units()
                .state(layout.unit())
                .filter(state ->
                        !state.active().equals("inactive") && !state.active().equals("failed"))
                .isPresent();
    }

    @Override
    public void apply(Host host, Activity activity) {
        if (!host.files().exists(layout.corruptFile())) {
            var verdict = verdict(host);
            if (verdict == Verdict.ALIKE) {
                takeAlarmBack(host, activity);
            }
            if (verdict != Verdict.DIFFERS) {
                return;
            }
            // First of all durably: from here on it does not matter what etcd, or whoever disarms its alarm, says of
            // it.
            var note = MemberNote.read(host, layout.memberFile())
                    .orElseThrow(() -> new IllegalStateException("the unit runs only with its note"));
            note.write(host, layout.corruptFile());
            activity.progress("the data of " + note + " differ from the others', which agree; it is stopped for good");
        }
        if (mayRun(host)) {
            host.units().stop(layout.unit());
        }
        takeAlarmBack(host, activity);
    }

    /**
     * Looked at once more just before the effect.
     *
     * @throws ProblemException ETCD_DATA_DIFFERS if it is not clear; ETCD_CALL_FAILED
     */
    private Verdict verdict(Host host) {
        var status = host.etcd().status(layout.client(own));
        if (status.isPresent()) {
            return isAccused(status.get()) ? verdict(host, status.get()) : Verdict.SOUND;
        }
        if (new StartCheck(layout).blame(host).isEmpty()) {
            return Verdict.SOUND;
        }
        var agreeing = new Comparison(spec, own, layout).othersAgree(host);
        LOG.log(Level.DEBUG, "{0} others hold the same", agreeing.carrying().size());
        return Verdict.DIFFERS;
    }

    /**
     * It ends all writes, and has done its work: nobody is served these data any more. Only while those that are left hold the
     * same; others may be accused besides.
     */
    private void takeAlarmBack(Host host, Activity activity) {
        var alone = host.etcd().status(layout.client(own)).filter(MemberStatus::isOnlyVoter);
        var alarmed = alone.isPresent()
                ? alone.filter(Soundness::isAlarmed).map(status -> layout.client(own))
                : Comparison.alarmed(new Comparison(spec, own, layout).othersAgree(host))
                        .map(Neighbours.Carrying::client);
        if (alarmed.isEmpty()) {
            return;
        }
        var asked = alarmed.get();
        host.etcd().disarm(asked, Alarm.CORRUPT);
        // By the one that has done it; the others come to it with their log.
        if (host.etcd().status(asked).filter(Soundness::isAlarmed).isPresent()) {
            throw Comparison.problem(
                            ProblemCode.ETCD_DATA_DIFFERS,
                            "the alarm CORRUPT does not go, though it was taken back and the other members hold the same",
                            "See what the members say; the agent tries again by itself.")
                    .asException();
        }
        activity.progress("the alarm CORRUPT is taken back");
    }

    private static Problem corrupt(MemberNote differing) {
        return Comparison.problem(
                ProblemCode.ETCD_DATA_CORRUPT,
                "the data of " + differing
                        + " differ from those of the other members; etcd is stopped, and does not start"
                        + " from them again",
                "There is nothing to do: the server lets the host be a new member as soon as all others are sound.");
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
