package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Programs.Result;
import io.keelson.agent.os.packages.InstalledPackage.Condition;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.OsPackage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * dnf and rpm. The level is dnf's only repository ({@code --repofrompath}), for which its builder has made the index; so what
 * new versions need is found there, and dnf's history and version locks stay true, which {@code rpm -U} would go around.
 */
final class Dnf implements PackageManager {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String REPOSITORY = "keelson-level";
    private static final Path VERSION_LOCKS = Path.of("/etc/dnf/plugins/versionlock.list");
    private static final String FIELDS = "%{NAME}\\t%{ARCH}\\t%{EPOCHNUM}\\t%{VERSION}-%{RELEASE}\\n";

    /** What may stand in a macro; versions of the manifest are, and a database may be damaged. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9.+~^_-]*");

    /**
     * A row of dnf's table of what it would do: package, architecture, version, repository. Off a terminal dnf makes the table
     * 80 wide and goes on in the next line behind what is wider than its column, so lines mean nothing here.
     */
    private static final Pattern ROW = Pattern.compile("(\\S+)\\s+\\S+\\s+\\S+\\s+" + REPOSITORY + "\\s");

    /** How dnf ends when somebody else holds one of its locks (dnf(8), exit status). */
    private static final int LOCKED = 200;

    /** What of {@code rpm --verify} tells of other content, in a file that is no configuration or documentation. */
    private static final Pattern DIFFERS = Pattern.compile("..5\\S* {2,}\\s*/.*|missing\\s+/(?!usr/share/).*");

    @Override
    public List<InstalledPackage> installed(Host host) {
        var result = host.programs().run(List.of("rpm", "--query", "--all", "--queryformat", FIELDS), LIMIT);
        if (!result.ok()) {
            throw Problem.error(
                            ProblemCode.HOST_PACKAGES_BROKEN,
                            "the host's package database cannot be read: " + LastWords.of(result.out() + result.err()),
                            Remedy.advise("Rebuild or restore it.", "rpm --rebuilddb"))
                    .asException();
        }
        var locked = locked(host);
        return result.out()
                .lines()
                .sorted()
                .map(line -> line.split("\t", -1))
                .filter(fields -> fields.length == 4 && !fields[1].equals("(none)"))
                .map(fields -> new InstalledPackage(
                        fields[0],
                        fields[1],
                        (fields[2].equals("0") ? "" : fields[2] + ":") + fields[3],
                        Condition.WHOLE,
                        locked.stream().anyMatch(lock -> locks(lock, fields[0]))))
                .toList();
    }

    /** Entries of dnf's plugin for version locks, such as {@code kernel-0:5.14.0-427.el9.*}. */
    private static List<String> locked(Host host) {
        return host.files()
                .read(VERSION_LOCKS)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#") && !line.startsWith("!"))
                .toList();
    }

    private static boolean locks(String lock, String name) {
        return lock.startsWith(name + "-") && lock.substring(name.length() + 1).matches("\\d.*");
    }

    @Override
    public boolean isOlder(Host host, String version, String than) {
        long epochs = Long.compare(epoch(version), epoch(than));
        if (epochs != 0) {
            return epochs < 0;
        }
        var one = behindEpoch(version);
        var other = behindEpoch(than);
        if (!PLAIN.matcher(one).matches() || !PLAIN.matcher(other).matches()) {
            throw Problem.error(
                            ProblemCode.HOST_PACKAGES_BROKEN,
                            "a package's version is not one: " + LastWords.of(one),
                            Remedy.advise("Rebuild or restore the package database.", "rpm --rebuilddb"))
                    .asException();
        }
        var parts = Stream.of(compare(upTo(one), upTo(other)), compare(behind(one), behind(other)))
                .collect(Collectors.joining(" "));
        var result = host.programs().run(List.of("rpm", "--eval", parts), LIMIT);
        var answers = result.out().strip().split("\\s+", -1);
        if (!result.ok() || answers.length != 2) {
            throw Problem.error(
                            ProblemCode.HOST_PACKAGES_BROKEN,
                            "rpm does not compare versions: " + LastWords.of(result.out() + result.err()),
                            Remedy.run("rpm --version"))
                    .asException();
        }
        return answers[0].equals("-1") || (answers[0].equals("0") && answers[1].equals("-1"));
    }

    private static String compare(String one, String other) {
        return "%{lua:print(rpm.vercmp(\"" + one + "\",\"" + other + "\"))}";
    }

    private static long epoch(String version) {
        int colon = version.indexOf(':');
        return colon < 0 ? 0 : Long.parseLong(version.substring(0, colon));
    }

    private static String behindEpoch(String version) {
        return version.substring(version.indexOf(':') + 1);
    }

    private static String upTo(String version) {
        int dash = version.lastIndexOf('-');
        return dash < 0 ? version : version.substring(0, dash);
    }

    private static String behind(String version) {
        return version.substring(version.lastIndexOf('-') + 1);
    }

    @Override
    public List<Path> locks() {
        return List.of(Path.of("/var/lib/rpm/.rpm.lock"), Path.of("/usr/lib/sysimage/rpm/.rpm.lock"));
    }

    /** dnf's own locks are no locks of the kernel's; each is a file with a number in it. */
    @Override
    public List<Path> pidFiles() {
        return List.of(
                Path.of("/var/cache/dnf/metadata_lock.pid"),
                Path.of("/var/cache/dnf/download_lock.pid"),
                Path.of("/var/lib/dnf/rpmdb_lock.pid"));
    }

    /** A transaction that was cut short has installed new versions and not removed the old ones yet (rpm(8)). */
    @Override
    public Optional<Unfinished> unfinished(Host host, Level level, List<InstalledPackage> installed) {
        var left = new ArrayList<InstalledPackage>();
        for (var wanted : level.manifest().packages()) {
            var found = installed.stream()
                    .filter(each -> each.name().equals(wanted.name())
                            && each.architecture().equals(wanted.architecture()))
                    .toList();
            // Kernels are meant to be there side by side.
            if (found.size() < 2 || wanted.name().startsWith("kernel")) {
                continue;
            }
            found.stream()
                    .filter(each -> found.stream().anyMatch(other -> isOlder(host, each.version(), other.version())))
                    .forEach(left::add);
        }
        if (left.isEmpty()) {
            return Optional.empty();
        }
        var command = new ArrayList<>(List.of("rpm", "--erase"));
        left.forEach(each -> command.add(full(each.name(), each.version(), each.architecture())));
        return Optional.of(new Unfinished(left.getFirst() + " was replaced and not removed", command));
    }

    /** {@code name-[epoch:]version-release.architecture}. */
    private static String full(String name, String version, String architecture) {
        return name + "-" + version + "." + architecture;
    }

    @Override
    public Foreseen foresee(Host host, Level level, List<Change> changes) {
        var command = new ArrayList<>(transaction(level, changes));
        command.set(command.indexOf("--assumeyes"), "--assumeno");
        var result = host.programs().run(command, LIMIT);
        var words = LastWords.of(result.out() + "\n" + result.err());
        if (result.exit() == LOCKED) {
            return new Foreseen.Busy(words);
        }
        var names = ROW.matcher(table(result.out()))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toSet());
        return isDeclined(result) && !result.out().contains("\nRemoving") && !names.isEmpty()
                ? new Foreseen.Installs(names)
                : new Foreseen.NoWay(words);
    }

    /** What dnf says before it is about how it reads repositories. */
    private static String table(String output) {
        int begin = output.indexOf("Dependencies resolved.");
        int end = output.indexOf("Transaction Summary", begin);
        return begin < 0 || end < 0 ? "" : output.substring(begin, end);
    }

    /** dnf found a way, and was told not to go it. */
    private static boolean isDeclined(Result result) {
        return (result.out() + result.err()).contains("Operation aborted");
    }

    @Override
    public List<String> transaction(Level level, List<Change> changes) {
        var index = level.file(level.manifest().packages().getFirst()).resolveSibling("");
        var command = new ArrayList<>(List.of(
                "dnf",
                "--assumeyes",
                "--color=never",
                "--setopt=exit_on_lock=True",
                "--disablerepo=*",
                "--repofrompath=" + REPOSITORY + ",file://" + index,
                "--setopt=" + REPOSITORY + ".gpgcheck=0",
                // A level is no module; without this dnf hides what has the name of a package of a stream that is
                // enabled.
                "--setopt=" + REPOSITORY + ".module_hotfixes=1",
                "--setopt=install_weak_deps=False",
                "--setopt=clean_requirements_on_remove=False",
                "install"));
        changes.stream()
                .map(Change::wanted)
                .map(each -> full(each.name(), each.version(), each.architecture()))
                .forEach(command::add);
        return command;
    }

    @Override
    public List<String> differences(Host host, List<OsPackage> packages) {
        if (packages.isEmpty()) {
            return List.of();
        }
        var command = new ArrayList<>(List.of("rpm", "--verify", "--nodeps", "--noscripts"));
        packages.forEach(each -> command.add(full(each.name(), each.version(), each.architecture())));
        var result = host.programs().run(command, Duration.ofMinutes(15));
        return Stream.concat(
                        result.out()
                                .lines()
                                .filter(line -> DIFFERS.matcher(line).matches()),
                        result.out().lines().filter(line -> line.endsWith("is not installed")))
                .toList();
    }
}
