package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Network.Connection;
import io.keelson.agent.plan.ManualPacer;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the kernel is told; the lab's scenarios tell it to a real one. */
class ClientGateTest {
    private final MemoryHost host = new MemoryHost();
    private final ManualPacer pacer = new ManualPacer();
    private final MemoryGate kernel = new MemoryGate(host, MemberMachine.A);

    private ClientGate shut() {
        return ClientGate.shut(host, MemberMachine.OWN, MemberMachine.LAYOUT, pacer);
    }

    private List<String> commands() {
        return host.programs().runs().stream()
                .filter(argv -> argv.getFirst().equals("nft") && argv.size() == 2)
                .map(List::getLast)
                .toList();
    }

    @Test
    void nobodyComesInAndWhoIsThereGoesBeforeAllElseIsReset() {
        kernel.connect("192.0.2.9:40000", 200);
        try (var unused = shut()) {
            assertThat(ClientGate.isShut(host)).isTrue();
            assertThat(kernel.connections()).isEmpty();
            assertThat(commands())
                    .hasSize(2)
                    .allSatisfy(commands -> assertThat(commands)
                            .startsWith("add table inet keelson_etcd; delete table inet keelson_etcd\n")
                            .contains("hook input priority -10; policy accept;")
                            .contains("ip daddr @addresses tcp dport 2379 "))
                    .first()
                    .asString()
                    .contains("2379 tcp flags & (syn | ack) == syn reject with tcp reset");
            assertThat(commands().getLast()).contains("2379 reject with tcp reset");
        }
        assertThat(kernel.isShut()).isFalse();
    }

    /** A write that is under way has no answer when its connection ends. */
    @Test
    void whoMayHaveAWriteUnderWayIsWaitedFor() {
        kernel.pending("1");
        kernel.connect("192.0.2.9:40000", 1000);
        kernel.connect("192.0.2.9:40001", 999);
        kernel.connect("192.0.2.9:40002", 39);
        kernel.connect("192.0.2.8:40000", 0);
        kernel.connect(new Connection("192.0.2.8:40001", 7, 0, Duration.ofMillis(200)));
        kernel.connect(new Connection("192.0.2.8:40002", 0, 7, Duration.ofMillis(200)));
        pacer.meanwhile(first -> {
            kernel.pending("0");
            pacer.meanwhile(second -> {
                assertThat(kernel.connections()).hasSize(5).doesNotContain("192.0.2.9:40000");
                pacer.meanwhile(third -> {
                    assertThat(kernel.connections())
                            .containsExactly(
                                    "192.0.2.9:40002", "192.0.2.8:40000", "192.0.2.8:40001", "192.0.2.8:40002");
                    kernel.connections().forEach(client -> kernel.connect(client, 40));
                    pacer.meanwhile(later -> {});
                });
            });
        });
        try (var unused = shut()) {
            assertThat(kernel.connections()).isEmpty();
            assertThat(pacer.nanos()).isEqualTo(Duration.ofMillis(60).toNanos());
        }
    }

    /** By the time at which the member has said that nothing is pending, something may be again. */
    @Test
    void whoHasAskedSomethingSinceTheMemberWasAskedIsWaitedFor() {
        kernel.connect("192.0.2.9:40000", 75);
        kernel.connect("192.0.2.9:40002", 74);
        kernel.whileAsked(() -> pacer.advance(Duration.ofMillis(30)));
        host.network().beforeReset(() -> pacer.advance(Duration.ofMillis(5)));
        pacer.meanwhile(first -> pacer.meanwhile(second -> {
            assertThat(kernel.connections()).containsExactly("192.0.2.9:40002");
            kernel.connect("192.0.2.9:40002", 75);
            pacer.meanwhile(later -> {});
        }));
        try (var unused = shut()) {
            assertThat(kernel.connections()).isEmpty();
            assertThat(pacer.nanos())
                    .as("the second was not ended with the first")
                    .isEqualTo(Duration.ofMillis(115).toNanos());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd_server_has_leader 1\netcd_server_proposals_pending 1\n",
                "etcd_server_has_leader 1\netcd_server_proposals_pending of another release\n",
                "etcd_server_has_leader 0\netcd_server_proposals_pending 0\n",
                "etcd_server_proposals_pending 0\n",
                ""
            })
    void butNobodyIsWaitedForForEver(String metrics) {
        kernel.says(metrics);
        kernel.connect("192.0.2.9:40000", 500);
        try (var unused = shut()) {
            assertThat(kernel.connections()).isEmpty();
            assertThat(pacer.nanos()).isEqualTo(Duration.ofSeconds(2).toNanos());
        }
    }

    /** Whatever becomes of the agent: a member whose clients never come back is as good as lost. */
    @Test
    void theKernelEndsItByItself() {
        try (var unused = shut()) {
            assertThat(host.programs().runs().getFirst().getLast())
                    .contains("flags timeout;")
                    .contains("elements = { 192.0.2.1 timeout 1860s }");
            kernel.opens();
            assertThat(ClientGate.isShut(host)).isFalse();
        }
    }

    @Test
    void whereConnectionsCannotBeEndedTheyAreReset() {
        kernel.connect("192.0.2.9:40000", 200);
        host.network().keepsConnections();
        try (var unused = shut()) {
            assertThat(commands().getLast()).contains("2379 reject with tcp reset");
            assertThat(kernel.connections()).hasSize(1);
        }
    }

    @Test
    void nothingIsLeftOfOneThatWasNotShutToItsEnd() {
        host.network().beforeReset(() -> {
            assertThat(kernel.isShut()).isTrue();
            throw new IllegalStateException("no descriptors any more");
        });
        assertThatThrownBy(this::shut).hasMessageContaining("no descriptors any more");
        assertThat(kernel.isShut()).isFalse();
    }

    @Test
    void neitherOfOneThatFailedOtherwise() {
        host.network().beforeReset(() -> {
            throw new ExceptionInInitializerError("no such function in this C library");
        });
        assertThatThrownBy(this::shut).isInstanceOf(ExceptionInInitializerError.class);
        assertThat(kernel.isShut()).isFalse();
    }

    @Test
    void whereTheKernelDoesNotListConnectionsTheyAreReset() {
        kernel.connect("192.0.2.9:40000", 200);
        host.network().beforeReset(() -> {
            throw new UncheckedIOException(new IOException("errno 93"));
        });
        try (var unused = shut()) {
            assertThat(commands().getLast()).contains("2379 reject with tcp reset");
        }
        assertThat(kernel.isShut()).isFalse();
    }

    /** Of an agent that was killed in the middle of it. */
    @Test
    void oneThatIsThereIsReplacedAndOneThatIsNotIsOpened() {
        for (int times = 0; times < 2; times++) {
            ClientGate.open(host);
            assertThat(ClientGate.isShut(host)).isFalse();
        }
        try (var unused = shut();
                var again = shut()) {
            assertThat(ClientGate.isShut(host)).isTrue();
        }
        assertThat(ClientGate.isShut(host)).isFalse();
    }

    @Test
    void anAgentThatIsToldToEndLetsThemInIfTheMemberIsDone() {
        try (var unused = shut()) {
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).as("whoever runs the step sees it too").isTrue();
        assertThat(kernel.isShut()).isFalse();

        try (var unused = shut()) {
            host.files().write(MemberMachine.LAYOUT.arriving().resolve("db.tmp.1"), new byte[1], Access.SECRET);
            Thread.currentThread().interrupt();
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(kernel.isShut()).as("it would hold their calls").isTrue();
    }

    @Test
    void whatTheKernelDoesNotTakeIsSaid() {
        kernel.breaks();
        assertThatThrownBy(this::shut)
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(": Error: Could not process rule: Operation not supported")
                .hasMessageNotContaining("see above");
    }
}
