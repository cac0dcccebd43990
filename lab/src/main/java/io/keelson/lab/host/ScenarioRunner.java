package io.keelson.lab.host;

import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Behind {@code lab/run scenario}: lists scenarios, or runs those whose names match. Exit status as lab/run has it. */
public final class ScenarioRunner {

    /** Classes that say when they want to run, do; the others follow. */
    private static final String BY_ANNOTATION = "org.junit.jupiter.api.ClassOrderer$OrderAnnotation";

    private static final int FAILED = 1;
    private static final int USAGE = 64;
    private static final int MEANT_PERHAPS = 3;

    /** A scenario found on the class path; {@code id} is the platform's, {@code extended} as {@link Scenario#extended}. */
    record Found(String name, String about, boolean extended, String id) {
        private String line() {
            return (name + "  " + (extended ? "(extended) " : "") + about).strip();
        }
    }

    private final PrintStream out;
    private final Map<String, Found> catalog;

    ScenarioRunner(PrintStream out, Map<String, Found> catalog) {
        this.out = out;
        this.catalog = new TreeMap<>(catalog);
    }

    public static void main(String[] arguments) {
        System.exit(new ScenarioRunner(System.out, discover()).run(List.of(arguments)));
    }

    int run(List<String> arguments) {
        if (arguments.equals(List.of("--list"))) {
            catalog.values().forEach(it -> out.println(it.line()));
            return 0;
        }
        if (arguments.equals(List.of("--core"))) {
            return execute(core());
        }
        Map<String, Found> chosen = new TreeMap<>();
        for (String pattern : arguments) {
            List<String> names = matching(pattern);
            if (names.isEmpty()) {
                out.println("error: no scenario is called '" + pattern + "'");
                out.println("next:  " + suggestion(pattern));
                return USAGE;
            }
            names.forEach(name -> chosen.put(name, catalog.get(name)));
        }
        return execute(chosen);
    }

    /** What checks every change; what is left out is said, so that nobody takes it for checked. */
    Map<String, Found> core() {
        Map<String, Found> core = new TreeMap<>(catalog);
        core.values().removeIf(Found::extended);
        out.printf(
                "---- %d scenarios; %d extended ones run with: lab/run scenario '*'%n",
                core.size(), catalog.size() - core.size());
        return core;
    }

    private List<String> matching(String pattern) {
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        return catalog.keySet().stream()
                .filter(name -> matcher.matches(Path.of(name)))
                .toList();
    }

    private String suggestion(String pattern) {
        List<String> near = catalog.keySet().stream()
                .sorted(Comparator.comparingInt(name -> distance(pattern, name)))
                .limit(MEANT_PERHAPS)
                .toList();
        return near.isEmpty() ? "lab/run scenario --list" : "lab/run scenario " + String.join(" | ", near);
    }

    /** Levenshtein: how many letters must be put in, left out or changed. */
    static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }

    private int execute(Map<String, Found> chosen) {
        var tally = new Tally(chosen);
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(chosen.values().stream()
                        .map(it -> DiscoverySelectors.selectUniqueId(it.id()))
                        .toList())
                .configurationParameter(LauncherConstants.STACKTRACE_PRUNING_ENABLED_PROPERTY_NAME, "true")
                .configurationParameter("junit.jupiter.testclass.order.default", BY_ANNOTATION)
                .build();
        LauncherFactory.create().execute(request, tally);
        tally.failures.forEach(out::println);
        out.printf("%d passed, %d failed%n", tally.passed, tally.failures.size());
        return tally.failures.isEmpty() && tally.passed == chosen.size() ? 0 : FAILED;
    }

    private static Map<String, Found> discover() {
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage("io.keelson.lab"))
                .filters(TagFilter.includeTags("scenario"))
                .build();
        var plan = LauncherFactory.create().discover(request);
        Map<String, Found> all = new TreeMap<>();
        for (TestIdentifier root : plan.getRoots()) {
            for (TestIdentifier test : plan.getDescendants(root)) {
                if (test.getSource().orElse(null) instanceof MethodSource method && test.isTest()) {
                    Scenario scenario = method.getJavaMethod().getAnnotation(Scenario.class);
                    if (scenario != null) {
                        var found =
                                new Found(scenario.value(), scenario.about(), scenario.extended(), test.getUniqueId());
                        if (all.put(found.name(), found) != null) {
                            throw new IllegalStateException("two scenarios are called " + found.name());
                        }
                    }
                }
            }
        }
        return all;
    }

    /** Prints as scenarios end; a scenario whose class could not be set up counts as failed too. */
    private final class Tally implements TestExecutionListener {

        private final Map<String, Found> byId = new TreeMap<>();
        private final Map<String, Instant> begun = new TreeMap<>();
        private final List<String> failures = new ArrayList<>();
        private int passed;

        Tally(Map<String, Found> chosen) {
            chosen.values().forEach(it -> byId.put(it.id(), it));
        }

        @Override
        public void executionStarted(TestIdentifier test) {
            Found found = byId.get(test.getUniqueId());
            if (found != null) {
                begun.put(found.id(), Instant.now());
                out.println("---- " + found.name() + (found.about().isEmpty() ? "" : ": " + found.about()));
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            Found found = byId.get(test.getUniqueId());
            failures.add("FAILED " + (found == null ? test.getDisplayName() : found.name()) + ": not run: " + reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Found found = byId.get(test.getUniqueId());
            boolean ok = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
            if (found == null && ok) {
                return;
            }
            String name = found == null ? test.getDisplayName() : found.name();
            Instant start = begun.getOrDefault(test.getUniqueId(), Instant.now());
            long seconds = Duration.between(start, Instant.now()).toSeconds();
            if (ok) {
                passed++;
                out.printf("---- %s passed in %d s%n", name, seconds);
            } else {
                result.getThrowable().ifPresent(failure -> failure.printStackTrace(out));
                failures.add("FAILED " + name + ": "
                        + result.getThrowable().map(Throwable::getMessage).orElse("no reason given"));
                out.printf("---- %s failed after %d s%n", name, seconds);
            }
        }
    }
}
