package io.keelson.server.kubetunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.server.kubetunnel.ClientHello.Reading;
import java.util.List;

/** Whoever speaks first to the tunnel's port: the reading never fails, and never changes once it is more than incomplete. */
class ClientHelloFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        try {
            return List.of(ClientHelloTest.hello("prod.clusters.keelson.internal"), ClientHelloTest.hello());
        } catch (Exception e) {
            throw new AssertionError("the JDK's client says hello", e);
        }
    }

    @Override
    public void accept(byte[] input) {
        var whole = ClientHello.read(input, input.length);
        for (int length = 0; length < input.length; length += 1 + input.length / 16) {
            var early = ClientHello.read(input, length);
            if (early instanceof Reading.Complete) {
                assertThat(whole).isEqualTo(early);
            }
            if (early instanceof Reading.Malformed) {
                assertThat(whole).isInstanceOf(Reading.Malformed.class);
            }
        }
        if (whole instanceof Reading.Complete(var name)) {
            name.ifPresent(text -> assertThat(text).matches("[a-z0-9][a-z0-9.-]*"));
        }
    }
}
