package io.keelson.server.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What operators apply is read, or refused with problems that each say what to do; the same text has the same meaning. */
class ManifestReaderFuzzTest extends FuzzTest {
    private static final String CLUSTER = """
            apiVersion: keelson.io/v1alpha1
            kind: Cluster
            metadata: {name: prod, labels: {}}
            spec:
              bundle: kubernetes-1.20.2-1
              network: {pods: 10.244.0.0/16, services: 10.96.0.0/16, dnsDomain: cluster.local}
              controlPlane: {hosts: [cp-a, cp-b, cp-c]}
              pools:
                - name: default
                  hosts: [w-1, w-2]
            status: {phase: Ready}
            """;

    @Override
    public List<byte[]> seeds() {
        return List.of(
                CLUSTER.getBytes(StandardCharsets.UTF_8),
                (CLUSTER + "---\n" + CLUSTER.replace("prod", "test")).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public List<String> words() {
        return List.of(
                "&a ", "*a", "!!java.util.Date ", "<<: ", "- ", ": ", "\n---\n", "? ", "|\n", "%YAML 9.9\n", "{{");
    }

    @Override
    public void accept(byte[] input) {
        try {
            assertThat(ManifestReader.read(input)).isEqualTo(ManifestReader.read(input));
        } catch (ProblemException refused) {
            assertThat(refused.problems())
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.remedy().advice()).isNotBlank());
        }
    }
}
