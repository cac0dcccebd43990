package io.keelson.apiproxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The balancer's configuration is read, or refused by the one exception that it declares. */
class ConfigurationFuzzTest extends FuzzTest {
    @Override
    public List<byte[]> seeds() {
        return List.of(
                "{\"v\":1,\"upstreams\":[\"192.0.2.7:6443\",\"192.0.2.8:6443\"]}".getBytes(StandardCharsets.UTF_8),
                "{\"v\":1,\"upstreams\":[]}".getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void accept(byte[] input) {
        try {
            assertThat(Configuration.parse(input).upstreams()).doesNotContainNull();
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
