package io.keelson.server.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.TargetPath;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryPathTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    private static RepositoryPath parsed(String path) {
        return RepositoryPath.parse(path).orElseThrow();
    }

    @Test
    void isMetadataTimestampManifestOrAnotherTarget() {
        assertThat(parsed("metadata/2.root.json")).isEqualTo(new RepositoryPath.Metadata(RoleName.ROOT, 2));
        assertThat(parsed("metadata/999999999999999999.team-1.json"))
                .isEqualTo(new RepositoryPath.Metadata(new RoleName("team-1"), 999_999_999_999_999_999L));
        assertThat(parsed("metadata/timestamp.json")).isEqualTo(new RepositoryPath.Timestamp());
        assertThat(parsed("targets/" + HASH + ".floor.json"))
                .isEqualTo(new RepositoryPath.Target(new TargetPath("floor.json"), new Digest(HASH)));
        assertThat(parsed("targets/a/b/" + HASH + ".c"))
                .isEqualTo(new RepositoryPath.Target(new TargetPath("a/b/c"), new Digest(HASH)))
                .extracting(target -> ((RepositoryPath.Target) target).file())
                .isEqualTo("a/b/" + HASH + ".c");
        assertThat(parsed("targets/bundles/kubernetes-1.20.2-1/" + HASH + ".manifest.json"))
                .isEqualTo(new RepositoryPath.Manifest(new BundleName("kubernetes-1.20.2-1"), new Digest(HASH)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "metadata",
                "metadata/",
                "metadata/root.json",
                "metadata/0.root.json",
                "metadata/01.root.json",
                "metadata/-1.root.json",
                "metadata/1000000000000000000.root.json",
                "metadata/1.root.json ",
                "metadata/1.root.json\n",
                "metadata/1.a/b.json",
                "metadata/1.a%2Fb.json",
                "metadata/../metadata/1.root.json",
                "./metadata/1.root.json",
                "/metadata/1.root.json",
                "metadata//1.root.json",
                "metadata\\1.root.json",
                "METADATA/1.root.json",
                "targets/floor.json",
                "targets/HASH.",
                "targets/HASH.a/",
                "targets/../HASH.a",
                "targets/./HASH.a",
                "targets//HASH.a",
                "targets/a/../HASH.a",
                "targets/é/HASH.a",
                "targets/bundles/UPPER/HASH.manifest.json"
            })
    void isNothingElse(String path) {
        assertThat(RepositoryPath.parse(path.replace("HASH", HASH))).isEmpty();
    }

    @Test
    void isNotLong() {
        assertThat(RepositoryPath.parse("targets/" + ("a".repeat(200) + "/").repeat(6) + HASH + ".a"))
                .isEmpty();
        assertThat(RepositoryPath.parse("targets/" + ("a/").repeat(9) + HASH + ".a"))
                .isEmpty();
    }
}
