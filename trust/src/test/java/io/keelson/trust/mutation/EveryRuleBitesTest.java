package io.keelson.trust.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.bundle.HostileBundles;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Each place at which the bundle layer refuses something is needed: without it, at least one hostile bundle is no longer
 * refused with its code.
 */
class EveryRuleBitesTest {
    private static final List<String> CLASSES = List.of(
            "io.keelson.trust.ManifestVerifier",
            "io.keelson.trust.json.StrictJson",
            "io.keelson.trust.json.JsonObject",
            "io.keelson.trust.ManifestReader",
            "io.keelson.trust.ManifestRules",
            "io.keelson.trust.BundleTree",
            "io.keelson.trust.BundlePath",
            "io.keelson.trust.bundle.Unpacking",
            "io.keelson.trust.bundle.Quarantine");

    private static final int AT_LEAST = 60;

    /** Refusals that no hostile bundle shows alone, and why; one that is shown must not stand here. */
    private static final Map<String, String> EXCUSED = Map.ofEntries(
            Map.entry("StrictJson.readObject#0", "the JSON parser has the same cap, and the verifier asks before"),
            Map.entry("StrictJson.readObject#1", "what is no object has no fields"),
            Map.entry("StrictJson.value#0", "the JSON parser refuses a cut document before"),
            Map.entry("StrictJson.value#1", "null is no text, number, list or object"),
            Map.entry("StrictJson.value#2", "nor is what stands for a fraction"),
            Map.entry("StrictJson.value#3", "the JSON parser gives no such token where a value must be"),
            Map.entry("StrictJson.integer#1", "nor is what stands for a number out of range"),
            Map.entry("JsonObject.take#0", "what is not there is of no type either"),
            Map.entry("BundleTree.lambda$requireResolves$0#0", "no entry has a name with a flaw, so no link finds it"),
            Map.entry("BundlePath.targetFlawOf#0", "no entry has a name with a flaw, so no link finds it"),
            Map.entry("BundlePath.textFlawOf#0", "an absolute path begins with an empty name"),
            Map.entry("Unpacking.some#0", "rethrown by a finally; without it nothing comes, which is too few"),
            Map.entry("Quarantine.land#0", "the source is asked once more, and refused then"),
            Map.entry("Quarantine.fetchAnew#0", "needs an earlier part; BundleUnpackerTest has one"));

    @Test
    void withoutAnyOneRefusalSomeHostileBundleIsNotRefused() throws Exception {
        var check = new RuleCheck<>(CLASSES, HostileBundles.all(), Probe.class);

        assertThat(check.rules()).hasSizeGreaterThan(AT_LEAST);
        assertThat(check.toothless())
                .as("refusals that nothing shows")
                .containsExactlyInAnyOrderElementsOf(EXCUSED.keySet());
    }
}
