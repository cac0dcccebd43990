package io.keelson.trust.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.release.HostileReleases;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each place at which a follower of releases refuses something is needed: without it, at least one attack on the
 * repository is no longer refused with its code, leaves something behind, or cannot be recovered from.
 */
class EveryReleaseRuleBitesTest {
    private static final List<String> CLASSES = List.of(
            "io.keelson.trust.tuf.client.Checks",
            "io.keelson.trust.tuf.client.RootUpdate",
            "io.keelson.trust.tuf.client.TimestampUpdate",
            "io.keelson.trust.tuf.client.ListedUpdate",
            "io.keelson.trust.tuf.client.SnapshotRules",
            "io.keelson.trust.tuf.client.TargetDownload",
            "io.keelson.trust.tuf.client.TufUpdate",
            "io.keelson.trust.tuf.metadata.SignedDocument",
            "io.keelson.trust.tuf.metadata.MetadataReader",
            "io.keelson.trust.release.Releases",
            "io.keelson.trust.release.Floor");

    private static final int AT_LEAST = 30;

    /** Refusals that no attack shows alone, and why; one that is shown must not stand here. */
    private static final Map<String, String> EXCUSED = Map.ofEntries(
            Map.entry("Checks.kept#0", "a damaged disk is nobody's attack; DirectoryStoreTest has one"),
            Map.entry("RootUpdate.load#0", "a host without a root is nobody's attack; RootUpdateTest has one"),
            Map.entry("RootUpdate.load#1", "a damaged disk is nobody's attack; RootUpdateTest has one"),
            Map.entry("TargetDownload.bytes#0", "memory does not fail"),
            Map.entry("TargetDownload.fetch#1", "what has another length has another hash"),
            Map.entry("TargetDownload.holds#0", "a file that is downloaded to; TargetDownloadTest has one"),
            Map.entry("TargetDownload.holds#1", "a file that is downloaded to; TargetDownloadTest has one"));

    @Test
    void everyAttackIsRefusedAsItShouldBe() {
        assertThat(HostileReleases.all())
                .allSatisfy(attack -> assertThat(new ReleaseProbe().apply(attack, new BitSet()))
                        .isEmpty());
    }

    @Test
    void withoutAnyOneRefusalSomeAttackSucceeds() throws Exception {
        var check = new RuleCheck<>(CLASSES, HostileReleases.all(), ReleaseProbe.class);

        assertThat(check.rules()).hasSizeGreaterThan(AT_LEAST);
        assertThat(check.toothless())
                .as("refusals that nothing shows")
                .containsExactlyInAnyOrderElementsOf(EXCUSED.keySet());
    }
}
