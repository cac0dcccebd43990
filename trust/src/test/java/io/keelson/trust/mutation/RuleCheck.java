package io.keelson.trust.mutation;

import io.keelson.trust.mutation.RefusalSites.Site;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * Disables the refusals of some classes one by one and asks whether any attack is then no longer refused as it should be.
 * The product has no switch for that; its classes are changed here, as they are loaded.
 *
 * @param classes by their full names
 * @param attacks all of which are refused while nothing is disabled
 * @param probe a class that carries an attack out with whatever classes it is loaded with, and says what differs from
 *     the refusal that is wanted; it notes the sites that were reached
 */
record RuleCheck<A>(List<String> classes, List<A> attacks, Class<? extends BiFunction<A, BitSet, String>> probe) {
    private static final long PATIENCE_SECONDS = 5;

    RuleCheck {
        classes = List.copyOf(classes);
        attacks = List.copyOf(attacks);
    }

    /** A class's site. */
    record Rule(String className, int index, Site site) {
        String name() {
            return className.substring(className.lastIndexOf('.') + 1) + "." + site.method() + "#" + site.number();
        }
    }

    /** Every place in the classes at which something is refused. */
    List<Rule> rules() {
        var rules = new ArrayList<Rule>();
        for (var name : classes) {
            var sites = RefusalSites.of(MutantLoader.original(name));
            for (int index = 0; index < sites.size(); index++) {
                rules.add(new Rule(name, index, sites.get(index)));
            }
        }
        return rules;
    }

    /** Names of the refusals without which every attack ends as before. */
    List<String> toothless() throws Exception {
        var rules = rules();
        var reached = reached(rules);
        var toothless = new ArrayList<String>();
        for (int number = 0; number < rules.size(); number++) {
            var rule = rules.get(number);
            if (!bites(rule, reached.getOrDefault(number, Set.of()))) {
                toothless.add(rule.name());
            }
        }
        return toothless;
    }

    private boolean bites(Rule rule, Set<A> attacks) throws Exception {
        var mutant = RefusalSites.without(MutantLoader.original(rule.className()), rule.index());
        var changed = loaded(Map.of(rule.className(), mutant));
        for (var attack : attacks) {
            if (differs(changed, attack)) {
                return true;
            }
        }
        return false;
    }

    /** Without some rules there is no end; that differs, too. */
    private boolean differs(BiFunction<A, BitSet, String> changed, A attack) throws Exception {
        var differs =
                new FutureTask<>(() -> !changed.apply(attack, new BitSet()).isEmpty());
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

    /** Which attacks reach which rule. */
    private Map<Integer, Set<A>> reached(List<Rule> rules) throws Exception {
        var recorded = new LinkedHashMap<String, byte[]>();
        for (int number = rules.size() - 1; number >= 0; number--) {
            var rule = rules.get(number);
            recorded.put(rule.className(), RefusalSites.recorded(MutantLoader.original(rule.className()), number));
        }
        var changed = loaded(recorded);
        var reached = new HashMap<Integer, Set<A>>();
        for (var attack : attacks) {
            var visited = new BitSet();
            if (changed.apply(attack, visited).isEmpty()) {
                visited.stream()
                        .forEach(rule -> reached.computeIfAbsent(rule, r -> new LinkedHashSet<>())
                                .add(attack));
            }
        }
        return reached;
    }

    @SuppressWarnings("unchecked") // loaded by another loader, known by its interface
    private BiFunction<A, BitSet, String> loaded(Map<String, byte[]> changed) throws Exception {
        return (BiFunction<A, BitSet, String>) new MutantLoader(changed)
                .loadClass(probe.getName())
                .getDeclaredConstructor()
                .newInstance();
    }
}
