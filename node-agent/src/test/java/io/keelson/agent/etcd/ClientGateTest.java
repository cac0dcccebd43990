package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.problem.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel is told; the lab's scenarios tell it to a real one. */
class ClientGateTest {
    private final MemoryHost host = new MemoryHost();
    private final MemoryGate kernel = new MemoryGate(host, MemberMachine.A);

    private ClientGate shut() {
        return ClientGate.shut(host, MemberMachine.OWN, MemberMachine.LAYOUT);
    }

    @Test
    void whatComesForTheClientPortIsResetAndWhoIsThereIsDisconnected() {
        try (var unused = shut()) {
            assertThat(ClientGate.isShut(host)).isTrue();
            assertThat(kernel.connections()).isZero();
            assertThat(host.programs().runs().getFirst())
                    .hasSize(2)
                    .last()
                    .asString()
                    .startsWith("add table inet keelson_etcd; delete table inet keelson_etcd\n")
                    .contains("hook input priority -10; policy accept;")
                    .contains("ip daddr @addresses tcp dport 2379 reject with tcp reset");
            assertThat(host.programs().runs().get(1))
                    .startsWith("ss")
                    .contains("--kill")
                    .endsWith("state", "established", "src 192.0.2.1 and sport = :2379");
        }
        assertThat(kernel.isShut()).isFalse();
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
        kernel.keepsConnections();
        try (var unused = shut()) {
            assertThat(kernel.isShut()).isTrue();
            assertThat(kernel.connections()).isPositive();
        }
    }

    @Test
    void nothingIsLeftOfOneThatWasNotShutToItsEnd() {
        host.programs().answer(List.of("ss"), argv -> {
            assertThat(kernel.isShut()).isTrue();
            throw new IllegalStateException("no processes any more");
        });
        assertThatThrownBy(this::shut).hasMessageContaining("no processes any more");
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
