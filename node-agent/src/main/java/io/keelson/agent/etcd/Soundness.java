package io.keelson.agent.etcd;

import io.keelson.agent.etcd.Neighbours.Carrying;
import io.keelson.agent.host.Etcd;
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
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.util.List;
import java.util.Optional;

/**
 * The member's data are those of the other members. etcd finds that they are not when it starts, or when history was
 * compacted, and then raises CORRUPT, which ends all writes in the cluster. Where the others agree with each other and carry
 * the quorum without this member, it is noted beside the data that they differ, for good; etcd is stopped, and neither systemd nor
 * anybody here starts it from them again; the alarm is taken back. So the cluster goes on before anybody is asked for a
 * permit. Then the host halts with ETCD_DATA_CORRUPT, until an order permits it to be a new member ({@link MemberIdentity}).
 *
 * <p>Where that is not so, it is not clear who is right: every member is left as it is, and a person decides.
 */
record Soundness(EtcdSpec spec, EtcdMember own, EtcdLayout layout) implements Step {
    @Override
    public StepId id() {
        return new StepId("etcd.soundness");
    }

    @Override
    public String title() {
        return "hold the same data as etcd's other members";
    }

    @Override
    public Finding observe(Host host) {
        try {
            var differing = MemberNote.read(host, layout.corruptFile());
            return differing.isPresent() ? fenced(host, differing.get()) : compared(host);
        } catch (ProblemException e) {
            return new Refused(e.problem());
        }
    }

    private Finding compared(Host host) {
        return suspicion(host).<Finding>map(Needed::new).orElseGet(() -> new Satisfied("no sign that its data differ"));
    }

    private Finding fenced(Host host, MemberNote differing) {
        if (mayRun(host)) {
            return new Needed("etcd is not stopped, and its data differ");
        }
        return new CorruptAlarm(spec, layout).isUp(host, differing)
                ? new Needed("the alarm of its data is up")
                : new Refused(corrupt(differing));
    }

    /** By etcd's own word alone; whether the others say the same is asked before anything is done about it. */
    private Optional<String> suspicion(Host host) {
        if (spec.others().isEmpty()) {
            return Optional.empty(); // nobody to differ from
        }
        var status = host.etcd().status(layout.client(own));
        return status.isPresent()
                ? status.filter(Soundness::isAlarmed).map(found -> "etcd says that its data differ: CORRUPT")
                : new StartCheck(layout).differing(host);
    }

    private static boolean isAlarmed(MemberStatus status) {
        return status.alarms().contains(Alarm.CORRUPT);
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
        var differing = MemberNote.read(host, layout.corruptFile()).orElseGet(() -> noted(host, activity));
        if (mayRun(host)) {
            host.units().stop(layout.unit());
        }
        new CorruptAlarm(spec, layout).takeBack(host, differing, activity);
    }

    /** First of all durably: from here on it does not matter what etcd, or whoever disarms its alarm, says of it. */
    private MemberNote noted(Host host, Activity activity) {
        var note = MemberNote.read(host, layout.memberFile())
                .orElseThrow(() -> new IllegalStateException("the unit runs only with its note"));
        confirm(host, note);
        note.write(host, layout.corruptFile());
        activity.progress("the data of " + note + " differ from the others', which agree; etcd is stopped for good");
        return note;
    }

    /**
     * The agent's own half of the judgement.
     *
     * @throws ProblemException ETCD_DATA_DIFFERS unless the others carry the quorum without this member, agree with each other,
     *     and this one is alarmed by name or does not start; ETCD_CALL_FAILED if they compact just now
     */
    private void confirm(Host host, MemberNote note) {
        var neighbours = others(host);
        var alarmed = host.etcd().status(layout.client(own)).map(Soundness::isAlarmed);
        boolean accused = alarmed.isPresent()
                ? alarmed.get()
                        && note.ids()
                                .map(MemberNote.Ids::member)
                                .filter(host.etcd().corrupt(neighbours.first())::contains)
                                .isPresent()
                : new StartCheck(layout).differing(host).isPresent();
        if (!accused) {
            throw unclear(own, "etcd does not name this member").asException();
        }
        long revision = neighbours.carrying().stream()
                .mapToLong(each -> each.status().revision())
                .min()
                .orElseThrow();
        var hashes = neighbours.carrying().stream()
                .map(Carrying::client)
                .map(client -> host.etcd().hash(client, revision))
                .toList();
        if (hashes.stream().mapToLong(Etcd.Hash::compacted).distinct().count() > 1) {
            throw problem(
                            ProblemCode.ETCD_CALL_FAILED,
                            "the other members forget history just now, and cannot be compared",
                            "The agent looks again by itself.")
                    .asException();
        }
        if (hashes.stream().distinct().count() > 1) {
            throw unclear(own, "the others differ from each other: " + texts(neighbours.carrying(), hashes))
                    .asException();
        }
    }

    private Neighbours others(Host host) {
        try {
            return Neighbours.ask(host, spec, layout);
        } catch (ProblemException e) {
            throw e.problem().code() == ProblemCode.ETCD_QUORUM_AT_RISK
                    ? new ProblemException(unclear(own, e.problem().what()), e)
                    : e;
        }
    }

    private static String texts(List<Carrying> members, List<Etcd.Hash> hashes) {
        var text = new StringBuilder();
        for (int each = 0; each < hashes.size(); each++) {
            text.append(each == 0 ? "" : ", ")
                    .append(members.get(each).status().id())
                    .append(" has hash ")
                    .append(Long.toHexString(hashes.get(each).hash()));
        }
        return text.toString();
    }

    private Problem corrupt(MemberNote differing) {
        return problem(
                ProblemCode.ETCD_DATA_CORRUPT,
                "the data of " + differing
                        + " differ from those of the other members; etcd is stopped, and does not start"
                        + " from them again",
                "There is nothing to do: the server lets the host be a new member as soon as all others are sound.");
    }

    /** The members' data differ, and it is not known whose are right. */
    static Problem unclear(EtcdMember own, String why) {
        return problem(
                ProblemCode.ETCD_DATA_DIFFERS,
                "the data of etcd's members differ, and it is not clear that those of " + own.name() + " are wrong: "
                        + why,
                "Nothing is changed. Bring members back that are away; the agent looks again by itself. Where no majority"
                        + " agrees, compare what the members hold, and restore the cluster from a snapshot.");
    }

    static Problem problem(ProblemCode code, String what, String advice) {
        return Problem.error(code, what, Remedy.advise(advice, "keelson etcd status"));
    }

    @Override
    public Undo undo() {
        return new Undo.Nothing();
    }
}
