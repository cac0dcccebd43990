package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Programs.Result;
import io.keelson.agent.os.packages.InstalledPackage.Condition;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.OsPackage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * apt and dpkg. The level's files are apt's only source ({@code --with-source}); apt resolves and orders them, and
 * {@code upgrade} brings what is installed to higher versions, adds what those need and removes nothing (apt-get(8)).
 */
final class Apt implements PackageManager {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path STATE = Path.of("/var/lib/dpkg");
    private static final Path JOURNAL = STATE.resolve("updates");
    private static final String FIELDS = "${Package}\\t${Architecture}\\t${Version}\\t${db:Status-Want}"
            + "\\t${db:Status-Eflag}\\t${db:Status-Status}\\n";

    /** {@code Inst libc6 [2.36-9] (2.36-10 local-deb [amd64])}: what apt would install, maybe with its architecture. */
    private static final Pattern INSTALLS = Pattern.compile("Inst ([^ :]+)(:[^ ]+)? .*");

    /** Whether a line of {@code dpkg --verify} tells of other content, in a file that is no configuration. */
    private static final Pattern DIFFERS = Pattern.compile("..5\\S* {3}\\S.*|missing {5}(?!c )\\s*/(?!usr/share/).*");

    private static final List<String> CONFFILES_STAY =
            List.of("-o", "Dpkg::Options::=--force-confdef", "-o", "Dpkg::Options::=--force-confold");

    @Override
    public List<InstalledPackage> installed(Host host) {
        var result = host.programs().run(List.of("dpkg-query", "--show", "--showformat=" + FIELDS), LIMIT);
        if (!result.ok()) {
            throw unreadable(result);
        }
        return result.out()
                .lines()
                .map(line -> line.split("\t", -1))
                .filter(fields -> fields.length == 6)
                .filter(fields -> !fields[5].equals("not-installed") && !fields[5].equals("config-files"))
                .map(fields -> new InstalledPackage(
                        fields[0], fields[1], fields[2], condition(fields[4], fields[5]), fields[3].equals("hold")))
                .toList();
    }

    private static Condition condition(String flag, String status) {
        if (flag.equals("reinstreq")) {
            return Condition.DAMAGED;
        }
        return switch (status) {
            case "installed" -> Condition.WHOLE;
            case "unpacked", "half-configured", "triggers-awaited", "triggers-pending" -> Condition.UNCONFIGURED;
            default -> Condition.DAMAGED;
        };
    }

    private static RuntimeException unreadable(Result result) {
        return Problem.error(
                        ProblemCode.HOST_PACKAGES_BROKEN,
                        "the host's package database cannot be read: " + LastWords.of(result.out() + result.err()),
                        Remedy.advise("Restore it; dpkg keeps copies in /var/backups.", "dpkg --audit"))
                .asException();
    }

    @Override
    public boolean isOlder(Host host, String version, String than) {
        return host.programs()
                .run(List.of("dpkg", "--compare-versions", version, "lt", than), LIMIT)
                .ok();
    }

    @Override
    public List<Path> locks() {
        return List.of(
                STATE.resolve("lock-frontend"),
                STATE.resolve("lock"),
                Path.of("/var/cache/apt/archives/lock"),
                Path.of("/var/lib/apt/lists/lock"));
    }

    /** What the level brings in a higher version is unpacked over, whatever became of the one that is there. */
    @Override
    public Optional<Unfinished> unfinished(Host host, Level level, List<InstalledPackage> installed) {
        if (!host.files().list(JOURNAL).isEmpty()) {
            return Optional.of(new Unfinished("dpkg was interrupted", configure()));
        }
        for (var each : installed) {
            if (each.condition() == Condition.WHOLE) {
                continue;
            }
            var wanted = level.manifest().packages().stream().filter(each::isOf).findFirst();
            if (wanted.filter(found -> isOlder(host, each.version(), found.version()))
                    .isPresent()) {
                continue;
            }
            if (each.condition() == Condition.UNCONFIGURED) {
                return Optional.of(new Unfinished(each + " is not configured", configure()));
            }
            var same = wanted.filter(found -> found.version().equals(each.version()));
            var mending = same.map(found -> install(level.file(found))).orElseGet(Apt::configure);
            return Optional.of(new Unfinished(each + " is half installed", mending));
        }
        return Optional.empty();
    }

    private static List<String> configure() {
        return List.of("dpkg", "--force-confdef", "--force-confold", "--configure", "--pending");
    }

    private static List<String> install(Path file) {
        return List.of("dpkg", "--force-confdef", "--force-confold", "--install", file.toString());
    }

    @Override
    public Foreseen foresee(Host host, Level level, List<Change> changes) {
        var command = new ArrayList<>(transaction(level, changes));
        command.add("--simulate");
        var result = host.programs().run(command, LIMIT);
        var names = new TreeSet<String>();
        boolean removes = false;
        for (var line : result.out().lines().toList()) {
            var matcher = INSTALLS.matcher(line);
            if (matcher.matches()) {
                names.add(matcher.group(1));
            }
            removes |= line.startsWith("Remv ");
        }
        var words = LastWords.of(result.out() + "\n" + result.err());
        if (!result.ok() || removes) {
            return new Foreseen.NoWay(words);
        }
        var keptBack = changes.stream()
                .filter(Change::isOtherVersion)
                .filter(change -> !names.contains(change.wanted().name()))
                .map(Change::toString)
                .toList();
        return keptBack.isEmpty()
                ? new Foreseen.Installs(names)
                : new Foreseen.NoWay("kept back: " + String.join(", ", keptBack) + "; " + words);
    }

    @Override
    public List<String> transaction(Level level, List<Change> changes) {
        var command = new ArrayList<>(List.of("apt-get", "--quiet", "--assume-yes"));
        Stream.of(
                        "Dir::Etc::SourceList=/dev/null",
                        "Dir::Etc::SourceParts=/dev/null",
                        "Dir::Etc::Preferences=/dev/null",
                        "Dir::Etc::PreferencesParts=/dev/null",
                        "APT::Install-Recommends=false",
                        "APT::Get::AutomaticRemove=false",
                        "APT::Sandbox::User=root",
                        "DPkg::Lock::Timeout=120",
                        "Dpkg::Use-Pty=0")
                .forEach(option -> command.addAll(List.of("-o", option)));
        command.addAll(CONFFILES_STAY);
        level.manifest().packages().forEach(each -> {
            command.add("--with-source");
            command.add(level.file(each).toString());
        });
        command.addAll(List.of("--no-remove", "--with-new-pkgs", "upgrade"));
        changes.stream()
                .map(Change::wanted)
                .filter(OsPackage::required)
                .map(OsPackage::name)
                .forEach(command::add);
        return command;
    }

    @Override
    public List<String> differences(Host host, List<OsPackage> packages) {
        if (packages.isEmpty()) {
            return List.of();
        }
        var command = new ArrayList<>(List.of("dpkg", "--verify"));
        packages.forEach(each -> command.add(each.name()));
        var result = host.programs().run(command, Duration.ofMinutes(15));
        var found = result.out()
                .lines()
                .filter(line -> DIFFERS.matcher(line).matches())
                .toList();
        // It ends with 1 also where only configuration differs; what it cannot do at all it says elsewhere.
        return found.isEmpty() && result.exit() > 1 ? List.of(LastWords.of(result.err())) : found;
    }
}
