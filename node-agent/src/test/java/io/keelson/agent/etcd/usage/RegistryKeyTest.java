package io.keelson.agent.etcd.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryKeyTest {
    private static RegistryKey parse(String key) {
        return RegistryKey.parse(key.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "/registry/pods/shop/web-1,pods,shop,web-1",
                "/registry/minions/w-1,nodes,'',w-1",
                "/registry/services/specs/shop/web,services,shop,web",
                "/registry/services/endpoints/shop/web,endpoints,shop,web",
                "/registry/leases/kube-node-lease/w-1,leases,kube-node-lease,w-1",
                "/registry/example.com/widgets/shop/a,widgets.example.com,shop,a",
                "/registry/example.com/clusterwidgets/a,clusterwidgets.example.com,'',a",
                "/registry/apiregistration.k8s.io/apiservices/v1.,apiservices.apiregistration.k8s.io,'',v1.",
                "/registry/clusterroles/system:node,clusterroles,'',system:node",
                "/registry/ranges/serviceips,ranges,'',serviceips",
                "compact_rev_key,(other),'',compact_rev_key",
                "/registry/health,(other),'',/registry/health",
            })
    void saysWhatTheKeyIsOf(String key, String type, String namespace, String name) {
        assertThat(parse(key)).isEqualTo(new RegistryKey(type, namespace, name));
    }

    @Test
    void whatSomebodyAddedIsCustomAndKubernetesItselfIsNot() {
        assertThat(parse("/registry/example.com/widgets/shop/a").custom()).isTrue();
        assertThat(parse("/registry/apiextensions.k8s.io/customresourcedefinitions/a.example.com")
                        .custom())
                .isFalse();
        assertThat(parse("/registry/pods/a.b/c").custom()).isFalse();
    }

    @Test
    void nothingOfAKeyReachesATerminalButPrintableCharactersOfALimitedNumber() {
        var key = parse("/registry/pods/sh\u001b[31mop/" + "n".repeat(5_000));

        assertThat(key.namespace()).isEqualTo("sh?[31mop");
        assertThat(key.name()).hasSize(253);
        assertThat(RegistryKey.parse(new byte[0]).name()).isEmpty();
    }
}
