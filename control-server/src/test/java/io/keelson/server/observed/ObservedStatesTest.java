package io.keelson.server.observed;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.etcd.EtcdId;
import io.keelson.etcd.KnownMember;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.release.BundleName;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ObservedStatesTest {
    private static final HostId HOST = new HostId("w-1");
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");
    private static final Hello HELLO =
            new Hello("0.1.0", "boot", Facts.NONE, Epoch.NONE, Revision.NONE, Revision.NONE, Optional.empty());

    private final InMemoryStateStore store = new InMemoryStateStore();
    private final ObservedStates observed = new ObservedStates(store);

    private static HostReport report(String spool, long sequence, String subject, String phase) {
        var problem = phase.equals("HALTED")
                ? Optional.of(new ReportedProblem("HOST_DISK_FULL", "full", "free some", "", false))
                : Optional.<ReportedProblem>empty();
        return new HostReport(
                spool,
                sequence,
                new Revision(4),
                0,
                new HostEvent(NOW.toEpochMilli(), 4, subject, phase, "detail " + sequence, 5, 1, 2, problem),
                Optional.empty());
    }

    @Test
    void reportThatIsDeliveredAgainIsStoredOnce() {
        assertThat(observed.report(HOST, report("s", 1, "a", "DONE"), NOW)).isTrue();
        assertThat(observed.report(HOST, report("s", 2, "b", "DONE"), NOW)).isTrue();
        assertThat(observed.report(HOST, report("s", 1, "a", "DONE"), NOW)).isFalse();
        assertThat(observed.report(HOST, report("s", 2, "b", "DONE"), NOW)).isFalse();
        assertThat(observed.events(HOST, 100)).extracting(HostEvent::subject).containsExactly("a", "b");
    }

    @Test
    void newSpoolBeginsAnew() {
        observed.report(HOST, report("s", 7, "a", "DONE"), NOW);
        assertThat(observed.report(HOST, report("t", 1, "b", "DONE"), NOW)).isTrue();
        assertThat(observed.events(HOST, 100)).hasSize(2);
    }

    @Test
    void newestTwoThousandEventsAreKept() {
        for (int n = 1; n <= ObservedStates.KEPT_EVENTS + 5; n++) {
            observed.report(HOST, report("s", n, "a", "PROGRESS"), NOW);
        }
        assertThat(store.list(Keys.events(HOST))).hasSize(ObservedStates.KEPT_EVENTS);
        assertThat(observed.events(HOST, 1).getFirst().detail()).isEqualTo("detail 2005");
        assertThat(observed.events(HOST, 5_000).getFirst().detail()).isEqualTo("detail 6");
    }

    @Test
    void problemStaysUntilTheHostConverges() {
        observed.report(HOST, report("s", 1, ObservedStates.PLAN, "STARTED"), NOW);
        assertThat(observed.get(HOST).orElseThrow().running()).isTrue();
        observed.report(HOST, report("s", 2, "disk", "HALTED"), NOW);
        observed.report(HOST, report("s", 3, ObservedStates.PLAN, "HALTED"), NOW);
        var halted = observed.get(HOST).orElseThrow();
        assertThat(halted.lastProblem().orElseThrow().code()).isEqualTo("HOST_DISK_FULL");
        assertThat(halted.running()).isFalse();
        assertThat(halted.converged()).isEqualTo(Revision.NONE);
        observed.report(HOST, report("s", 4, ObservedStates.PLAN, "CONVERGED"), NOW);
        var converged = observed.get(HOST).orElseThrow();
        assertThat(converged.lastProblem()).isEmpty();
        assertThat(converged.converged()).isEqualTo(new Revision(4));
        assertThat(converged.accepted()).isEqualTo(new Revision(4));
    }

    @Test
    void endOfAnOlderSessionDoesNotDisconnectTheNewer() {
        observed.connected(HOST, "one", "server-a", HELLO, NOW);
        observed.connected(HOST, "two", "server-b", HELLO, NOW);
        observed.disconnected(HOST, "one", NOW);
        assertThat(observed.get(HOST).orElseThrow().connected(NOW)).isTrue();
        observed.disconnected(HOST, "two", NOW);
        assertThat(observed.get(HOST).orElseThrow().connected(NOW)).isFalse();
    }

    @Test
    void connectionThatNobodyConfirmsIsNotBelieved() {
        observed.connected(HOST, "one", "server-a", HELLO, NOW);
        var host = observed.get(HOST).orElseThrow();
        assertThat(host.connected(NOW.plus(Duration.ofSeconds(60)))).isTrue();
        assertThat(host.connected(NOW.plus(Duration.ofSeconds(90)))).isFalse();
    }

    private static MemberReport member(int incarnation, long index) {
        var self = new KnownMember(new EtcdId(-2), "w-1", List.of("https://192.0.2.11:2380"), false);
        return new MemberReport(
                incarnation,
                Optional.of(new MemberStatus(
                        new EtcdId(-1),
                        new EtcdId(-2),
                        "3.5.16",
                        MemberStatus.Role.FOLLOWER,
                        true,
                        -3,
                        4,
                        index,
                        index - 1,
                        6,
                        7,
                        5,
                        Set.of(MemberStatus.Alarm.NOSPACE, MemberStatus.Alarm.CORRUPT),
                        List.of(self))));
    }

    @Test
    void whatAHostSaysOfItsEtcdMemberIsKeptWithEveryField() {
        observed.connected(HOST, "one", "server-a", HELLO, NOW);
        assertThat(observed.get(HOST).orElseThrow().etcd()).isEmpty();
        observed.etcd(HOST, "one", member(2, 9), NOW);
        assertThat(observed.get(HOST).orElseThrow().etcd()).contains(member(2, 9));
        var noted = new MemberReport(2, member(2, 9).status(), true);
        observed.etcd(HOST, "one", noted, NOW);
        assertThat(observed.get(HOST).orElseThrow().etcd()).contains(noted);
        var stored = store.get(Keys.observed(HOST)).orElseThrow();
        store.commit(Transaction.always(Write.put(stored.key(), stored.text().replace("\"noted\":true,", ""))));
        assertThat(observed.get(HOST).orElseThrow().etcd())
                .as("as it was stored before hosts could say so")
                .contains(member(2, 9));
        var silent = new MemberReport(2, Optional.empty());
        observed.etcd(HOST, "one", silent, NOW);
        assertThat(observed.get(HOST).orElseThrow().etcd()).contains(silent);
    }

    @Test
    void whatIsNoNewsOrOfAnEndedSessionWritesNothing() {
        observed.connected(HOST, "one", "server-a", HELLO, NOW);
        observed.etcd(HOST, "one", member(1, 9), NOW);
        var before = store.get(Keys.observed(HOST));
        observed.etcd(HOST, "one", member(1, 9), NOW.plusSeconds(60));
        observed.etcd(HOST, "zero", member(1, 10), NOW);
        assertThat(store.get(Keys.observed(HOST))).isEqualTo(before);
    }

    @Test
    void aNewSessionKeepsWhatWasSaidOfEtcdAndDoesNotVouchForIt() {
        observed.connected(HOST, "one", "server-a", HELLO, NOW);
        observed.etcd(HOST, "one", member(1, 9), NOW);
        assertThat(observed.get(HOST).orElseThrow().etcdCurrent()).isTrue();
        observed.connected(HOST, "two", "server-a", HELLO, NOW);
        assertThat(observed.get(HOST).orElseThrow().etcd()).contains(member(1, 9));
        assertThat(observed.get(HOST).orElseThrow().etcdCurrent()).isFalse();
        observed.etcd(HOST, "two", member(1, 9), NOW);
        assertThat(observed.get(HOST).orElseThrow().etcdCurrent()).isTrue();
    }

    @Test
    void aProblemIsOfTheRevisionThatItHalted() {
        observed.report(HOST, report("s", 1, "etcd", "HALTED"), NOW);
        var halted = observed.get(HOST).orElseThrow();
        assertThat(halted.haltedAt(new Revision(4))).isPresent();
        assertThat(halted.haltedAt(new Revision(5))).as("not tried yet").isEmpty();
        observed.report(HOST, report("s", 2, ObservedStates.PLAN, "STARTED"), NOW);
        assertThat(observed.get(HOST).orElseThrow().haltedAt(new Revision(4)))
                .as("tries again")
                .isEmpty();
    }

    /** Neither is known without the other: a host that says it is what it is to be says in which state it is. */
    @Test
    void keepsTheLevelThatAHostSaysWhenItConnectsAndWhenItCameToARevision() {
        var a = Optional.of(new BundleName("level-a"));
        var b = Optional.of(new BundleName("level-b"));
        observed.connected(HOST, "one", "server-a", hello(a), NOW);
        assertThat(observed.get(HOST).orElseThrow().level()).isEqualTo(a);

        observed.report(HOST, report("s", 1, "os.level", "DONE"), NOW);
        observed.seen(HOST, "one", NOW);
        assertThat(observed.get(HOST).orElseThrow().level())
                .as("a step says nothing of it")
                .isEqualTo(a);
        observed.report(HOST, converged(2, b), NOW);
        assertThat(observed.get(HOST).orElseThrow().level()).isEqualTo(b);
        assertThat(observed.get(HOST).orElseThrow().converged()).isEqualTo(new Revision(4));
        observed.disconnected(HOST, "one", NOW);
        assertThat(observed.get(HOST).orElseThrow().level()).isEqualTo(b);
        observed.connected(HOST, "two", "server-a", hello(Optional.empty()), NOW);
        assertThat(observed.get(HOST).orElseThrow().level())
                .as("installed anew")
                .isEmpty();
    }

    private static Hello hello(Optional<BundleName> level) {
        return new Hello("0.1.0", "boot", Facts.NONE, Epoch.NONE, Revision.NONE, Revision.NONE, level);
    }

    private static HostReport converged(long sequence, Optional<BundleName> level) {
        var said = report("s", sequence, ObservedStates.PLAN, "CONVERGED");
        return new HostReport(said.spool(), sequence, said.revision(), 0, said.event(), level);
    }

    @Test
    void readsWhatWasStoredBeforeAgentsToldOfEtcd() {
        store.commit(Transaction.always(Write.put(Keys.observed(HOST), """
                {"v":1,"session":"one","server":"s","lastSeenMillis":1,"agentVersion":"0.1.0","bootId":"b",\
                "facts":{"hostname":"","os":"","architecture":"","osPrettyName":"","kernel":"","cpus":0,\
                "memoryBytes":0,"diskFreeBytes":0,"addresses":[]},"epoch":1,"accepted":2,"converged":2,\
                "running":false,"step":"","problem":[],"dropped":0,"spool":"s","sequence":3,"events":3}""")));
        assertThat(observed.get(HOST).orElseThrow().etcd()).isEmpty();
        assertThat(observed.get(HOST).orElseThrow().level()).isEmpty();
        observed.etcd(HOST, "one", member(1, 9), NOW);
        assertThat(observed.get(HOST).orElseThrow().etcd()).contains(member(1, 9));
    }
}
