package io.keelson.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/** A release description is read, or refused with problems that each say what to do. */
class ReleaseReaderFuzzTest extends FuzzTest {
    private static final String DESCRIPTION = """
            apiVersion: keelson.io/v1alpha1
            kind: Release
            metadata: {name: kubernetes-1.31.2-1}
            spec:
              kubernetes: 1.31.2
              os: linux
              architecture: amd64
              minimumAgent: 0.1.0
              allowedFrom: ["1.30"]
              versions: {etcd: 3.5.16, containerd: 1.7.24}
              support: {released: 2026-11-01, standardUntil: 2027-11-01, endOfLife: 2028-11-01}
              files:
                - {path: bin/kubelet, source: bits/kubelet, executable: true}
              images:
                - {reference: "keelson.local/pause:3.10", path: images/pause.tar, source: bits/pause.tar, role: pause}
              flags: {kubelet: {--v: "2"}}
            """;

    @Override
    public List<byte[]> seeds() {
        return List.of(DESCRIPTION.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @Override
    public List<String> words() {
        return List.of("&a ", "*a", "!!int ", "<<: ", "- ", ": ", "\n", "../", "https://[", "2026-02-30", "99.999");
    }

    @Override
    protected int fresh() {
        return 1_000;
    }

    @Override
    public void accept(byte[] input) throws IOException {
        var file = Files.createTempFile("release", ".yaml");
        try {
            Files.write(file, input);
            assertThat(ReleaseReader.read(file).description()).isNotNull();
        } catch (ProblemException refused) {
            assertThat(refused.problems())
                    .isNotEmpty()
                    .allSatisfy(problem -> assertThat(problem.remedy().advice()).isNotBlank());
        } finally {
            Files.delete(file);
        }
    }
}
