package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NamesTest {
    static Stream<Function<String, Object>> names() {
        return Stream.of(HostId::new, NodeName::new, ClusterName::new, PoolName::new, Zone::new);
    }

    @ParameterizedTest
    @MethodSource("names")
    void acceptsOnlyDnsLabels(Function<String, Object> name) {
        for (var good : List.of("a", "7", "cp-a", "a".repeat(63))) {
            assertThat(name.apply(good)).hasToString(good);
        }
        for (var bad : List.of("", "-a", "a-", "A", "a.b", "a/b", "..", "a\n", "a".repeat(64), "ä")) {
            assertThatIllegalArgumentException().as(bad).isThrownBy(() -> name.apply(bad));
        }
    }

    @Test
    void revisionsAndEpochsOnlyRise() {
        assertThat(Revision.NONE.next()).isEqualTo(new Revision(1)).isGreaterThan(Revision.NONE);
        assertThat(new Epoch(3)).isGreaterThan(Epoch.NONE);
        assertThatIllegalArgumentException().isThrownBy(() -> new Revision(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Epoch(-1));
    }

    @Test
    void etcdMembersHaveUrlsInTheirFixedOrder() {
        var a = EtcdMember.standard(new NodeName("cp-a"), new IpAddress("192.0.2.1"));
        var b = EtcdMember.standard(new NodeName("cp-b"), new IpAddress("192.0.2.2"));
        var spec = EtcdSpec.founding("t", List.of(a, b), Optional.of(b));

        assertThat(spec.endpoints()).isEqualTo("https://192.0.2.1:2379,https://192.0.2.2:2379");
        assertThat(spec.initialCluster()).isEqualTo("cp-a=https://192.0.2.1:2380,cp-b=https://192.0.2.2:2380");
        assertThatIllegalArgumentException().isThrownBy(() -> EtcdSpec.founding("t", List.of(a), Optional.of(b)));
    }

    @Test
    void aControlPlaneNodeNeedsAMember() {
        var network = new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new NodeSpec(
                        new ClusterName("prod"),
                        new NodeName("cp-a"),
                        Role.CONTROL_PLANE,
                        new Zone("z1"),
                        new IpAddress("192.0.2.1"),
                        new io.keelson.release.BundleName("b"),
                        io.keelson.release.Digest.of(new byte[0]),
                        network,
                        network.pods().subnet(24, 0),
                        List.of(),
                        EtcdSpec.founding("t", List.of(), Optional.empty()),
                        List.of(),
                        Map.of()));
    }
}
