package io.keelson.agent.etcd.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Whatever lies in etcd, under whatever key, it is looked at without failing, and what comes of it can be printed. */
class ObjectFactsFuzzTest extends FuzzTest {
    private static final int SEPARATOR = '\n';

    @Override
    public List<byte[]> seeds() {
        return List.of(
                input("/registry/pods/shop/web-1", Kube.pod("shop", "web-1", "web", "Running", 20)),
                input("/registry/events/shop/e", Kube.event("shop", "e", "web-1")),
                input("/registry/jobs/shop/j", Kube.job("shop", "j", true)),
                input("/registry/example.com/widgets/shop/w", Kube.custom("shop", "w", "app")),
                input("/registry/secrets/shop/s", "k8s:enc:aescbc:v1:k:xyz".getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public List<String> words() {
        return List.of(
                "k8s\0",
                "{\"metadata\":{",
                "ownerReferences",
                "\n",
                "/registry/",
                "/",
                "\u00ff\u00ff\u00ff\u00ff\u000f");
    }

    private static byte[] input(String key, byte[] value) {
        var name = (key + (char) SEPARATOR).getBytes(StandardCharsets.UTF_8);
        var all = Arrays.copyOf(name, name.length + value.length);
        System.arraycopy(value, 0, all, name.length, value.length);
        return all;
    }

    @Override
    public void accept(byte[] input) {
        int end = 0;
        while (end < input.length && input[end] != SEPARATOR) {
            end++;
        }
        var key = RegistryKey.parse(Arrays.copyOf(input, end));
        var facts = ObjectFacts.read(key, Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length));

        for (var text : List.of(key.type(), key.namespace(), key.name(), facts.owner())) {
            assertThat(text).matches("[ -~]*");
        }
        assertThat(facts.owner().length()).isLessThan(3 * 253 + 10);
        assertThat(facts.owned() && !facts.readable()).isFalse();
    }
}
