package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.MemoryEtcd;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.kubernetes.SampleNode;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunEvent.Spent;
import io.keelson.agent.plan.StepId;
import io.keelson.etcd.EtcdId;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.etcd.MemberStatus.Alarm;
import io.keelson.fleet.EtcdMember;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of a member: the server takes it for what the host's disks say. */
class MemberWatchTest {
    private static final EtcdLayout LAYOUT = EtcdLayout.ofCluster(Path.of("/opt/keelson/current"));

    private final MemoryHost host = new MemoryHost();
    private final NodeSpec node = SampleNode.controlPlane();
    private final String address = node.address().value();
    private boolean restless;
    private int news;
    private final MemberWatch watch = new MemberWatch(
            new MemberLook(host, LAYOUT, Path.of("/var/lib/keelson/agent/etcd-growth.json"), Pacer.system())::look,
            () -> Optional.of(node.etcd()),
            () -> restless,
            Pacer.system(),
            () -> news++);

    private Optional<MemberStatus> status(EtcdMember member) {
        return host.etcd().status(LAYOUT.client(member));
    }

    private MemberReport report() {
        return watch.look().orElseThrow();
    }

    private MemberNote note(EtcdId member) {
        return new MemberNote("prod", "cp-a", 1, "", Optional.empty(), false)
                .voting(new MemberNote.Ids(MemoryEtcd.CLUSTER, member));
    }

    @Test
    void aMemberIsNotedOnceBothNotesNameItAndItsLogIsNeeded() {
        var files = List.of(LAYOUT.memberFile(), LAYOUT.historyFile());
        host.files().put(LAYOUT.unstarted().toString(), "");
        assertThat(report().noted()).isFalse();
        for (var file : files) {
            note(MemoryEtcd.id(address)).write(host, file);
            assertThat(report().noted()).as(file.toString()).isFalse();
        }
        host.files().remove(LAYOUT.unstarted());
        assertThat(report().noted()).isTrue();
        assertThat(report().incarnation()).isEqualTo(1);

        for (var file : files) {
            note(new EtcdId(5)).write(host, file);
            assertThat(report().noted()).as("another's: " + file).isFalse();
            note(MemoryEtcd.id(address))
                    .before()
                    .incarnated(1)
                    .with(new MemberNote.Ids(MemoryEtcd.CLUSTER, MemoryEtcd.id(address)))
                    .write(host, file);
            assertThat(report().noted()).as("without a vote: " + file).isFalse();
            host.files().put(file.toString(), "{");
            assertThat(report().noted()).as("unreadable: " + file).isFalse();
            note(MemoryEtcd.id(address)).write(host, file);
        }
        assertThat(report().noted()).isTrue();
        host.memoryEtcd().silence(address);
        assertThat(report().noted()).isFalse();
    }

    /** What the server waits for is told with the step's own report, and not with the next look at the member. */
    @Test
    void whatAStepHasDoneToTheMemberIsSeenWithIt() {
        UpkeepNote.write(host, LAYOUT.upkeepFile(), EtcdUpkeep.NONE);
        watch.once();
        UpkeepNote.write(host, LAYOUT.upkeepFile(), EtcdUpkeep.NONE.defragmented());

        watch.on(new Revision(1), done("kubernetes.kubelet"));
        assertThat(watch.latest().flatMap(MemberReport::upkeep)).contains(EtcdUpkeep.NONE);
        watch.on(new Revision(1), done("etcd.upkeep"));
        assertThat(watch.latest().flatMap(MemberReport::upkeep)).contains(EtcdUpkeep.NONE.defragmented());
    }

    private static RunEvent done(String step) {
        return new RunEvent.StepDone(
                new StepId(step), "as it is to be", new Spent(Duration.ZERO, Duration.ZERO, Duration.ZERO));
    }

    @Test
    void whatSomebodyAsksIsTheLatestForEverybody() {
        watch.once();
        assertThat(watch.latest().flatMap(MemberReport::status))
                .hasValueSatisfying(status -> assertThat(status.alarms()).isEmpty());
        host.memoryEtcd().full(100);
        assertThat(watch.ask(this::status).orElseThrow().alarms()).containsExactly(Alarm.NOSPACE);
        assertThat(watch.latest().flatMap(MemberReport::status))
                .isEqualTo(status(node.etcd().own().orElseThrow()));
        assertThat(news).as("the alarm").isOne();

        var seen = watch.latest();
        host.memoryEtcd().voter("192.0.2.99");
        assertThat(watch.ask(own -> Optional.of(host.memoryEtcd().status("192.0.2.99"))))
                .as("another member, of which the notes say nothing")
                .isPresent();
        assertThat(watch.latest()).isEqualTo(seen);

        host.memoryEtcd().silence(address);
        assertThat(watch.ask(this::status)).isEmpty();
        assertThat(news).as("whether it is gone is for the next look").isOne();
        watch.once();
        assertThat(news).isEqualTo(2);
    }

    @Test
    void aMemberThatAnswersNoMoreIsNewsOnce() {
        watch.once();
        assertThat(news).as("it answers").isZero();
        host.memoryEtcd().silence(address);
        watch.once();
        watch.once();
        assertThat(news).isOne();

        host.memoryEtcd().hear(address);
        watch.once();
        host.memoryEtcd().silence(address);
        watch.once();
        assertThat(news).as("once more").isEqualTo(2);
    }

    @Test
    void thatAMemberIsStoppedByWhatIsDoneToItIsNone() {
        watch.once();
        restless = true;
        host.memoryEtcd().silence(address);
        watch.once();
        restless = false;
        watch.once();
        assertThat(news).isZero();
    }
}
