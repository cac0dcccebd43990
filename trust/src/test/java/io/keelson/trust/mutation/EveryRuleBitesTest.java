package io.keelson.trust.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.trust.bundle.HostileBundle;
import io.keelson.trust.bundle.HostileBundles;
import io.keelson.trust.mutation.RefusalSites.Site;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/**
 * Each place at which the bundle layer refuses something is needed: without it, at least one hostile bundle is no longer
 * refused with its code. The product has no switch for that; its classes are changed here, as they are loaded.
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

    private static final long PATIENCE_SECONDS = 5;

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

    /** A class's site, numbered over all classes. */
    private record Rule(String className, int index, Site site) {
        String name() {
            return className.substring(className.lastIndexOf('.') + 1) + "." + site.method() + "#" + site.number();
        }
    }

    @Test
    void withoutAnyOneRefusalSomeHostileBundleIsNotRefused() throws Exception {
        var rules = rules();
        var reached = reached(rules);
        var toothless = new ArrayList<String>();
        for (int number = 0; number < rules.size(); number++) {
            var rule = rules.get(number);
            if (!bites(rule, reached.getOrDefault(number, Set.of()))) {
                toothless.add(rule.name());
            }
        }
        assertThat(rules).hasSizeGreaterThan(AT_LEAST);
        assertThat(toothless)
                .as("refusals that nothing shows, of " + rules.size())
                .containsExactlyInAnyOrderElementsOf(EXCUSED.keySet());
    }

    private static boolean bites(Rule rule, Set<HostileBundle> bundles) throws Exception {
        var mutant = RefusalSites.without(MutantLoader.original(rule.className()), rule.index());
        var probe = probe(Map.of(rule.className(), mutant));
        for (var bundle : bundles) {
            if (differs(probe, bundle)) {
                return true;
            }
        }
        return false;
    }

    /** Without some rules there is no end; that differs, too. */
    private static boolean differs(BiFunction<HostileBundle, BitSet, String> probe, HostileBundle bundle)
            throws Exception {
        var differs = new FutureTask<>(() -> !probe.apply(bundle, new BitSet()).isEmpty());
        var thread = Thread.ofPlatform().daemon().start(differs);
        try {
            return differs.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException endless) {
            VisitedSites.setOver(true);
            thread.interrupt();
            thread.join();
            VisitedSites.setOver(false);
            return true;
        }
    }

    /** Which bundles reach which rule; all of them are refused as they should be. */
    private static Map<Integer, Set<HostileBundle>> reached(List<Rule> rules) throws Exception {
        var recorded = new LinkedHashMap<String, byte[]>();
        for (int number = rules.size() - 1; number >= 0; number--) {
            var rule = rules.get(number);
            recorded.put(rule.className(), RefusalSites.recorded(MutantLoader.original(rule.className()), number));
        }
        var probe = probe(recorded);
        var reached = new HashMap<Integer, Set<HostileBundle>>();
        for (var bundle : HostileBundles.all()) {
            var visited = new BitSet();
            var difference = probe.apply(bundle, visited);
            if (difference.isEmpty()) {
                visited.stream()
                        .forEach(rule -> reached.computeIfAbsent(rule, r -> new java.util.LinkedHashSet<>())
                                .add(bundle));
            }
        }
        return reached;
    }

    private static List<Rule> rules() {
        var rules = new ArrayList<Rule>();
        for (var name : CLASSES) {
            var sites = RefusalSites.of(MutantLoader.original(name));
            for (int index = 0; index < sites.size(); index++) {
                rules.add(new Rule(name, index, sites.get(index)));
            }
        }
        return rules;
    }

    @SuppressWarnings("unchecked") // loaded by another loader, known by its interface
    private static BiFunction<HostileBundle, BitSet, String> probe(Map<String, byte[]> changed) throws Exception {
        return (BiFunction<HostileBundle, BitSet, String>) new MutantLoader(changed)
                .loadClass(Probe.class.getName())
                .getDeclaredConstructor()
                .newInstance();
    }
}
