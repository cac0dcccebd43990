package io.keelson.agent.os;

import io.keelson.release.BundleDifference;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Component;
import io.keelson.release.BundleManifest.Flag;
import io.keelson.release.Digest;
import io.keelson.release.Placeholder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns a bundle's components into units: the binary from the release's own directory, with the bundle's flags.
 *
 * @param release where the bundle lies unpacked
 * @param values for the placeholders of flags
 * @param instead flags, each as {@code --name=value}, in the place of the bundle's of that name
 */
public record ComponentUnit(
        BundleManifest manifest, Path release, Map<Placeholder, String> values, List<String> instead) {
    public ComponentUnit {
        values = Map.copyOf(values);
        instead = List.copyOf(instead);
    }

    /** With the bundle's own flags. */
    public ComponentUnit(BundleManifest manifest, Path release, Map<Placeholder, String> values) {
        this(manifest, release, values, List.of());
    }

    /**
     * A service that runs a component. A replaced binary changes the unit, and so is seen; the same binary in the directory
     * of another release is written down for the next start, and starts nothing anew.
     *
     * @param atLeast flags, each as {@code --name=value}: added if the bundle does not set them, and else those parts
     *     of the value, separated by commas, that the bundle's lacks
     * @throws IllegalArgumentException if the bundle lacks the component or its file, or a placeholder has no value
     */
    public UnitFile of(String component, String unit, String description, List<String> atLeast) {
        var found = manifest.component(component);
        return UnitFile.daemon(unit, description)
                .from(release)
                .unit("X-Keelson-Binary", digestOf(found))
                .exec("ExecStart", argv(found, atLeast));
    }

    /** The command line of a component with at least those flags. */
    public List<String> argv(String component, List<String> atLeast) {
        return argv(manifest.component(component), atLeast);
    }

    private List<String> argv(Component component, List<String> atLeast) {
        var argv = new ArrayList<String>();
        argv.add(release.resolve(component.binary()).toString());
        for (var flag : component.flags()) {
            if (instead.stream().anyMatch(other -> other.startsWith(dashed(flag) + "="))) {
                continue;
            }
            argv.add(dashed(flag)
                    + flag.value().map(value -> "=" + value.render(values)).orElse(""));
        }
        argv.addAll(instead);
        atLeast.forEach(flag -> include(argv, flag));
        return List.copyOf(argv);
    }

    private static void include(List<String> argv, String flag) {
        int equals = flag.indexOf('=') + 1;
        var name = flag.substring(0, equals);
        for (int i = 0; i < argv.size(); i++) {
            if (argv.get(i).startsWith(name)) {
                var parts = new LinkedHashSet<>(
                        List.of(argv.get(i).substring(equals).split(",")));
                parts.addAll(List.of(flag.substring(equals).split(",")));
                argv.set(i, name + String.join(",", parts));
                return;
            }
        }
        argv.add(flag);
    }

    private static String dashed(Flag flag) {
        return flag.name().startsWith("--") ? flag.name() : "--" + flag.name();
    }

    /**
     * The digest of all files of the bundle that are neither a component's program nor etcd's nor only about the bundle: what a component may start or
     * read from the release's directory besides its own program.
     */
    public String digestOfTheRest() {
        var gathered = Digest.sha256();
        manifest.files().stream()
                .filter(file -> BundleDifference.part(manifest, file.path()).equals(Optional.of(file.path())))
                .sorted(Comparator.comparing(BundleFile::path))
                .map(ComponentUnit::content)
                .forEach(line -> gathered.update(line.getBytes(StandardCharsets.UTF_8)));
        return Digest.of(gathered).hex();
    }

    private static String content(BundleFile file) {
        return switch (file) {
            case BundleFile.Directory _ -> "";
            case BundleFile.Regular regular ->
                regular.path() + " " + regular.executable() + " "
                        + regular.digest().hex() + "\n";
            case BundleFile.Symlink link -> link.path() + " -> " + link.target() + "\n";
        };
    }

    private String digestOf(Component component) {
        return manifest.files().stream()
                .filter(BundleFile.Regular.class::isInstance)
                .map(BundleFile.Regular.class::cast)
                .filter(file -> file.path().equals(component.binary()))
                .map(file -> file.digest().hex())
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "bundle " + manifest.name() + " names " + component.binary() + " but does not contain it"));
    }
}
