package io.keelson.cli.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.host.MemoryHost;
import io.keelson.fleet.EtcdUpkeep;
import io.keelson.fleet.HeldMember;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.fleet.Refounding;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server's etcd is to be, on the disk: read as it was written, or not at all. */
class OrderFileTest {
    private static final Digest DIGEST = Digest.of(new byte[] {1});
    /** As the first version wrote it. */
    private static final String FROZEN = """
            {"v":1,"server":"ctl-a","address":"192.0.2.10","bundle":"kubernetes-1.20.2-1",\
            "manifest":"%s","revision":4,"incarnation":2,"defragmentation":3,"leadership":0,\
            "known":{"cluster":"f1","member":"a2","incarnation":2},\
            "refounding":{"number":1,"since":2,"snapshot":{"id":"20260102T030405Z-ctl-a","content":"%s"}}}
            """.formatted(DIGEST.hex(), DIGEST.hex());

    private final MemoryHost host = new MemoryHost();
    private final OrderFile file = new OrderFile(KeeperFiles.STANDARD);

    private static ServerEtcdOrder founding() {
        return ServerEtcdOrder.founding(
                new NodeName("ctl-a"), new IpAddress("192.0.2.10"), new BundleName("kubernetes-1.20.2-1"), DIGEST);
    }

    @Test
    void isReadAsItWasWritten() {
        var order = founding();
        var kept = order.with(order.etcd().kept(new EtcdUpkeep(3, 0)).holding(new HeldMember(-1, 7, 1)));
        var restored = kept.with(kept.etcd()
                .fencedFor(1)
                .entering(Optional.of(new Refounding.Origin.Snapshot("20260102T030405Z-ctl-a", DIGEST)), List.of()));
        for (var each : List.of(order, kept, restored)) {
            file.write(host, each);
            assertThat(file.read(host)).contains(each);
        }
    }

    @Test
    void theFirstVersionIsUnderstoodForEver() {
        host.files().put(KeeperFiles.STANDARD.order().toString(), FROZEN);

        var order = file.read(host).orElseThrow();

        assertThat(order.revision().value()).isEqualTo(4);
        assertThat(order.etcd().upkeep()).isEqualTo(new EtcdUpkeep(3, 0));
        assertThat(order.etcd().known()).contains(new HeldMember(0xf1, 0xa2, 2));
        assertThat(order.etcd().refoundings()).isEqualTo(1);
        file.write(host, order);
        assertThat(new String(host.files().read(KeeperFiles.STANDARD.order()).orElseThrow(), StandardCharsets.UTF_8))
                .isEqualTo(FROZEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"v\":1}",
                "FROZEN{}",
                "2",
                "NEGATIVE",
                "MORE",
                "KNOWN",
                "REFOUNDING",
                "SNAPSHOT",
                "BEYOND",
            })
    void anythingElseIsRefusedAndLeftAsItIs(String what) {
        var text = switch (what) {
            case "FROZEN{}" -> FROZEN + "{}";
            case "2" -> FROZEN.replace("\"v\":1", "\"v\":2");
            case "NEGATIVE" -> FROZEN.replace("\"defragmentation\":3", "\"defragmentation\":-3");
            case "MORE" -> FROZEN.replace("\"v\":1", "\"v\":1,\"more\":0");
            case "KNOWN" -> FROZEN.replaceFirst("\"known\":[{][^}]*[}]", "\"known\":7");
            case "REFOUNDING" -> FROZEN.replaceFirst("\"refounding\":[{].*[}][}][}]", "\"refounding\":[]}");
            case "SNAPSHOT" -> FROZEN.replaceFirst("\"snapshot\":[{][^}]*[}]", "\"other\":0");
            case "BEYOND" -> FROZEN.replace("\"revision\":4", "\"revision\":18446744073709551620");
            default -> what;
        };
        host.files().put(KeeperFiles.STANDARD.order().toString(), text);

        assertThatThrownBy(() -> file.read(host))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE));
        assertThat(host.files().read(KeeperFiles.STANDARD.order())).contains(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void anotherReleaseIsANewRevisionAndTheSameOneIsNone() {
        var order = founding();
        assertThat(order.running(order.bundle(), order.manifest())).isSameAs(order);
        assertThat(order.running(order.bundle(), Digest.of(new byte[] {2})).revision())
                .isEqualTo(order.revision().next());
    }
}
