package io.keelson.agent.etcd.usage;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.etcd.usage.ObjectFacts.End;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectFactsTest {
    private static ObjectFacts read(String type, byte[] value) {
        return ObjectFacts.read(new RegistryKey(type, "shop", "x"), value);
    }

    @Test
    void ownerOfABuiltInObjectIsItsController() {
        var meta = Kube.ownedBy(Kube.meta("shop", "x"), "Node", "w-1", false);
        var value = Kube.message()
                .child(1, Kube.ownedBy(Kube.ownedBy(meta, "ReplicaSet", "web", true), "Later", "b", true))
                .fixed(9, 1)
                .stored("v1", "Pod");

        assertThat(read("pods", value)).isEqualTo(new ObjectFacts("ReplicaSet shop/web", true, true, End.NONE));
    }

    @Test
    void ofAnObjectThatNothingOwnsItIsWhoWroteIt() {
        assertThat(read("configmaps", Kube.configMap("shop", "x", 10)))
                .isEqualTo(new ObjectFacts("manager helm", true, false, End.NONE));
        assertThat(read(
                                "configmaps",
                                Kube.message().child(1, Kube.meta("a", "b")).stored("v1", "ConfigMap"))
                        .owner())
                .isEmpty();
    }

    @Test
    void ofAnEventItIsWhatTheEventIsAbout() {
        assertThat(read("events", Kube.event("shop", "x", "web-1")).owner()).isEqualTo("Pod shop/web-1");
    }

    @Test
    void podsAndJobsSayWhetherTheyAreOver() {
        assertThat(read("pods", Kube.pod("shop", "x", "web", "Succeeded", 10)).end())
                .isEqualTo(End.SUCCEEDED);
        assertThat(read("pods", Kube.pod("shop", "x", "web", "Failed", 10)).end())
                .isEqualTo(End.FAILED);
        assertThat(read("pods", Kube.pod("shop", "x", "web", "Running", 10)).end())
                .isEqualTo(End.NONE);
        assertThat(read("jobs", Kube.job("shop", "x", true)).end()).isEqualTo(End.SUCCEEDED);
        assertThat(read("jobs", Kube.job("shop", "x", false)).end()).isEqualTo(End.NONE);
    }

    @Test
    void ownerOfACustomResourceIsItsControllerOrWhoWroteIt() {
        assertThat(read("widgets.example.com", Kube.custom("shop", "x", "app")))
                .isEqualTo(new ObjectFacts("Deployment shop/app", true, true, End.NONE));
        assertThat(read("widgets.example.com", Kube.custom("shop", "x", "")))
                .isEqualTo(new ObjectFacts("manager widgetctl", true, false, End.NONE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "k8s:enc:aescbc:v1:key1:\u0001\u0002",
                "k8s\0",
                "{",
                "{}",
                "{\"metadata\":7}",
                "{\"metadata\":{\"ownerReferences\":[{\"kind\":7}]}}",
                "{\"metadata\":{\"name\":\"x\"",
                "plain text",
            })
    void whatCannotBeReadIsUnknownAndNoFailure(String value) {
        assertThat(read("secrets", value.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo(ObjectFacts.UNKNOWN);
    }

    @Test
    void aValueThatIsCutAnywhereIsUnknownOrHasLessOfTheSame() {
        var whole = Kube.pod("shop", "x", "web", "Running", 40);
        for (int length = 0; length < whole.length; length++) {
            assertThat(read("pods", Arrays.copyOf(whole, length)).owner())
                    .as("of " + length + " bytes")
                    .isIn("(unknown)", "ReplicaSet shop/web");
        }
    }
}
