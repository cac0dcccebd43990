package io.keelson.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class CidrTest {
    private static Cidr network(long bits, int prefix) {
        long mask = prefix == 0 ? 0 : 0xffff_ffffL << (32 - prefix) & 0xffff_ffffL;
        return new Cidr(IpAddress.of(bits & mask), prefix);
    }

    @Provide
    static Arbitrary<Cidr> networks() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, 0xffff_ffffL),
                        Arbitraries.integers().between(0, 32))
                .as(CidrTest::network);
    }

    @Provide
    static Arbitrary<IpAddress> addresses() {
        return Arbitraries.longs().between(0, 0xffff_ffffL).map(IpAddress::of);
    }

    @Property
    void readsWhatItWrites(@ForAll("networks") Cidr network) {
        assertThat(Cidr.parse(network.toString())).isEqualTo(network);
    }

    @Property
    void overlapIsMutualAndHoldsWithItself(@ForAll("networks") Cidr a, @ForAll("networks") Cidr b) {
        assertThat(a.overlaps(b)).isEqualTo(b.overlaps(a));
        assertThat(a.overlaps(a)).isTrue();
    }

    @Property
    void networksWithACommonAddressOverlap(
            @ForAll("networks") Cidr a, @ForAll("networks") Cidr b, @ForAll("addresses") IpAddress address) {
        if (a.contains(address) && b.contains(address)) {
            assertThat(a.overlaps(b)).isTrue();
        }
        if (a.overlaps(b)) {
            assertThat(a.contains(b.network()) || b.contains(a.network())).isTrue();
        }
    }

    @Property
    void subnetsLieInsideAndApart(@ForAll("networks") Cidr network) {
        int sub = Math.min(32, network.prefix() + 3);
        long count = network.subnets(sub);
        assertThat(count).isEqualTo(1L << (sub - network.prefix()));
        for (long i = 0; i < count; i++) {
            var part = network.subnet(sub, i);
            assertThat(network.contains(part.network())).isTrue();
            for (long j = 0; j < i; j++) {
                assertThat(part.overlaps(network.subnet(sub, j))).isFalse();
            }
        }
        assertThatIllegalArgumentException().isThrownBy(() -> network.subnet(sub, count));
    }

    @Property
    void containsItsFirstAndLastAddressAndNotTheNext(@ForAll("networks") Cidr network) {
        long size = 1L << (32 - network.prefix());
        assertThat(network.address(0)).isEqualTo(network.network());
        assertThat(network.contains(network.address(size - 1))).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> network.address(size));
        assertThatIllegalArgumentException().isThrownBy(() -> network.address(-1));
    }

    @Property
    void addressesReadWhatTheyWriteAndKeepTheirOrder(
            @ForAll("addresses") IpAddress a, @ForAll("addresses") IpAddress b) {
        assertThat(new IpAddress(a.value())).isEqualTo(a);
        assertThat(Integer.signum(a.compareTo(b))).isEqualTo(Long.compare(a.bits(), b.bits()));
    }

    @Example
    void refusesWhatIsNotANetwork() {
        for (var text : new String[] {
            "",
            "10.0.0.0",
            "10.0.0.0/",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.1/24",
            "10.0.0/24",
            "010.0.0.0/8",
            "::/0",
            "example.org/8",
            "10.0.0.0/8 "
        }) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> Cidr.parse(text));
        }
    }

    @Example
    void saysWhichNetworkWasMeant() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Cidr.parse("10.244.1.7/16"))
                .withMessageContaining("the network is 10.244.0.0/16");
    }

    @Example
    void givesTheApiAndDnsTheirUsualAddresses() {
        var network = new ClusterNetwork(Cidr.parse("10.244.0.0/16"), Cidr.parse("10.96.0.0/16"), "cluster.local");
        assertThat(network.apiServiceAddress().value()).isEqualTo("10.96.0.1");
        assertThat(network.dnsAddress().value()).isEqualTo("10.96.0.10");
    }
}
