package io.keelson.server.api.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.fleet.Cidr;
import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ManifestReaderTest {
    private static final String PROD = """
            apiVersion: keelson.io/v1alpha1
            kind: Cluster
            metadata: {name: prod}
            spec:
              bundle: kubernetes-1.20.2-1
              controlPlane: {hosts: [cp-a, cp-b, cp-c]}
              pools:
                - name: default
                  hosts: [w-1, w-2]
            """;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static List<Problem> problems(String text) {
        return problems(bytes(text));
    }

    private static List<Problem> problems(byte[] text) {
        var thrown = catchThrowableOfType(ProblemException.class, () -> ManifestReader.read(text));
        assertThat(thrown).as("a refusal").isNotNull();
        return thrown.problems();
    }

    private static Problem only(String text) {
        var problems = problems(text);
        assertThat(problems).hasSize(1);
        return problems.getFirst();
    }

    @Test
    void readsAClusterWithDefaultNetworks() {
        var cluster = ManifestReader.read(bytes(PROD)).clusters().getFirst();

        assertThat(cluster.name().value()).isEqualTo("prod");
        assertThat(cluster.network().pods()).isEqualTo(Cidr.parse("10.244.0.0/16"));
        assertThat(cluster.network().services()).isEqualTo(Cidr.parse("10.96.0.0/16"));
        assertThat(cluster.network().dnsDomain()).isEqualTo("cluster.local");
        assertThat(cluster.controlPlane()).containsExactly(new HostId("cp-a"), new HostId("cp-b"), new HostId("cp-c"));
        assertThat(cluster.pools().getFirst().hosts()).hasSize(2);
    }

    @Test
    void readsSeveralDocumentsAndSkipsEmptyOnes() {
        var two = "---\n" + PROD + "---\n---\n" + PROD.replace("prod", "test");
        assertThat(ManifestReader.read(bytes(two)).clusters())
                .extracting(c -> c.name().value())
                .containsExactly("prod", "test");
    }

    @Test
    void acceptsTheStatusOfADocumentThatWasFetched() {
        assertThat(ManifestReader.read(bytes(PROD + "status: {phase: Ready, anything: [1]}\n"))
                        .clusters())
                .hasSize(1);
    }

    @Test
    void namesLineColumnAndNearestForAnUnknownField() {
        var problem = only(PROD.replace("  pools:", "  pool:"));

        assertThat(problem.code()).isEqualTo(ProblemCode.RESOURCE_UNKNOWN_FIELD);
        assertThat(problem.what()).isEqualTo("line 7, column 3: unknown field spec.pool");
        assertThat(problem.remedy().advice()).startsWith("Did you mean pools?");
    }

    @Test
    void tellsAllProblemsOfAllDocumentsAtOnce() {
        var first = PROD.replace("bundle:", "bundel:").replace("[w-1, w-2]", "w-1");
        var second = PROD.replace("cp-a", "CP A").replace("name: prod", "name: 7");

        assertThat(problems(first + "---\n" + second))
                .extracting(Problem::code)
                .containsExactly(
                        ProblemCode.RESOURCE_UNKNOWN_FIELD,
                        ProblemCode.RESOURCE_INVALID, // bundle is missing
                        ProblemCode.RESOURCE_INVALID, // hosts is not a list
                        ProblemCode.RESOURCE_INVALID, // name is a number
                        ProblemCode.RESOURCE_INVALID); // not a host id
    }

    @Test
    void refusesAValueOfAnotherTypeInsteadOfConvertingIt() {
        var problem = only(PROD.replace("kubernetes-1.20.2-1", "1.20"));

        assertThat(problem.what()).isEqualTo("line 5, column 11: spec.bundle is a value of type float, not text");
        assertThat(problem.remedy().advice()).contains("\"1.20\"");
    }

    @Test
    void refusesAMissingField() {
        assertThat(only(PROD.replace("metadata: {name: prod}", "metadata: {}")).what())
                .isEqualTo("line 3, column 11: field metadata.name is missing");
    }

    @Test
    void refusesAFieldThatStandsTwice() {
        assertThat(only(PROD + "  bundle: kubernetes-1.21.0-1\n").what()).contains("spec.bundle stands twice");
    }

    @Test
    void refusesANetworkWithHostBits() {
        assertThat(only(PROD + "  network: {pods: 10.244.0.1/16}\n").what())
                .startsWith("line 10, column 19: spec.network.pods: 10.244.0.1/16 has host bits");
    }

    @Test
    void refusesAnUnknownKindAndAnotherVersion() {
        var kind = only(PROD.replace("kind: Cluster", "kind: Clutser"));
        assertThat(kind.code()).isEqualTo(ProblemCode.RESOURCE_UNKNOWN_KIND);
        assertThat(kind.remedy().advice()).isEqualTo("Did you mean Cluster?");
        assertThat(only(PROD.replace("v1alpha1", "v2")).what()).contains("keelson.io/v1alpha1");
    }

    @Test
    void refusesKindsThatNobodyDeclares() {
        for (var kind : List.of("Host", "Node", "Bundle")) {
            assertThat(only(PROD.replace("kind: Cluster", "kind: " + kind)).what())
                    .contains("a " + kind + " cannot be applied");
        }
    }

    @Test
    void refusesTheSameClusterTwice() {
        assertThat(only(PROD + "---\n" + PROD).what()).contains("cluster prod is declared twice");
    }

    @Test
    void refusesNothingAtAll() {
        assertThat(only("").what()).contains("declares nothing");
        assertThat(only("---\n---\n").what()).contains("declares nothing");
    }

    @Test
    void refusesMergeKeysAndTags() {
        assertThat(only(PROD + "<<: {kind: Cluster}\n").code()).isEqualTo(ProblemCode.RESOURCE_UNKNOWN_FIELD);
        assertThat(only(PROD.replace("kubernetes-1.20.2-1", "!!java.net.URL [http://localhost]"))
                        .code())
                .isEqualTo(ProblemCode.RESOURCE_INVALID);
    }

    @Test
    void refusesWhatIsNotYamlWithItsPlace() {
        assertThat(only("kind: [").what()).startsWith("line 1, column 8: not YAML");
        assertThat(only("a: b: c").code()).isEqualTo(ProblemCode.RESOURCE_INVALID);
        assertThat(problems(new byte[] {(byte) 0xc3, (byte) 0x28}).getFirst().what())
                .contains("not UTF-8");
    }

    @Test
    void refusesWhatIsTooLargeOrTooDeep() {
        assertThat(problems(new byte[(1 << 20) + 1]).getFirst().what()).contains("bytes");
        assertThat(problems("[".repeat(100_000)).getFirst().code()).isEqualTo(ProblemCode.RESOURCE_INVALID);
        assertThat(problems("---\na: 1\n".repeat(65)).getFirst().what()).contains("more than 64 documents");
    }

    @Test
    void refusesAliasesThatWouldMultiply() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 20; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
        }
        assertThat(problems(bomb.toString())).allMatch(p -> p.what().startsWith("line "));
    }

    @Test
    void neverFailsOtherwiseThanByProblems() {
        var random = new Random(20);
        var text = bytes(PROD);
        for (int i = 0; i < 3000; i++) {
            var mutated = text.clone();
            for (int k = random.nextInt(1, 6); k > 0; k--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            try {
                ManifestReader.read(mutated);
            } catch (ProblemException expected) {
                assertThat(expected.problems()).isNotEmpty();
            }
        }
    }
}
