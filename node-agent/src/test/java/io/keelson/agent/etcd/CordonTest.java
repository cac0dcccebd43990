package io.keelson.agent.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.host.Programs;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the kernel is told; the lab's scenarios tell it to a real one. */
class CordonTest {
    private final MemoryHost host = new MemoryHost();
    private final MemoryCordon kernel = new MemoryCordon(host, MemberMachine.A);

    private Cordon cordon() {
        return Cordon.around(host, MemberMachine.OWN, MemberMachine.LAYOUT);
    }

    @Test
    void whatComesForTheClientPortIsResetAndWhoIsThereIsDisconnected() {
        try (var cordon = cordon()) {
            assertThat(cordon.inside().clientUrl()).isEqualTo("https://127.0.0.1:2379");
            assertThat(host.programs().runs()).hasSize(2);
            assertThat(host.programs().runs().getFirst())
                    .hasSize(2)
                    .startsWith("nft")
                    .last()
                    .asString()
                    .contains("hook input priority -10; policy accept;")
                    .contains("ip daddr @addresses tcp dport 2379 reject with tcp reset");
            assertThat(host.programs().runs().getLast())
                    .startsWith("ss", "--kill")
                    .endsWith("src 192.0.2.1 and sport = :2379");
        }
        assertThat(kernel.isUp()).isFalse();
    }

    /** Whatever becomes of the agent: a member whose clients never come back is as good as lost. */
    @Test
    void theKernelEndsItByItself() {
        try (var unused = cordon()) {
            assertThat(host.programs().runs().getFirst().getLast())
                    .contains("flags timeout;")
                    .contains("elements = { 192.0.2.1 timeout 1920s }");
            assertThat(Cordon.LONGEST).isEqualTo(Duration.ofSeconds(1920));
        }
    }

    @Test
    void whereConnectionsCannotBeEndedTheyAreReset() {
        host.programs().answer(List.of("ss"), argv -> new Programs.Result(255, "", "Operation not supported"));
        try (var unused = cordon()) {
            assertThat(kernel.isUp()).isTrue();
        }
    }

    /** Of an agent that was killed in the middle of it. */
    @Test
    void oneThatIsThereIsReplacedAndOneThatIsNotIsLifted() {
        for (int times = 0; times < 2; times++) {
            Cordon.lift(host);
            assertThat(Cordon.isUp(host)).isFalse();
        }
        try (var unused = cordon();
                var again = cordon()) {
            assertThat(Cordon.isUp(host)).isTrue();
        }
        assertThat(host.programs().runs().stream()
                        .filter(argv -> argv.getFirst().equals("nft") && argv.size() == 2)
                        .map(List::getLast))
                .allMatch(
                        commands -> commands.startsWith("add table inet keelson_etcd; delete table inet keelson_etcd"));
    }
}
