package io.keelson.agent.os.packages;

import io.keelson.agent.host.Host;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Runs the package manager in a unit of its own, so that it lives on when the agent is killed or replaced, and has the
 * capabilities that scripts of packages need. Whoever comes back sees it by its unit and by its locks.
 */
final class PackageRun {
    /** The unit; there is at most one such run. */
    static final String UNIT = "keelson-os-packages.service";

    private static final Path OUTPUT = Path.of("/run/keelson-os-packages.log");
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final Duration GRACE = Duration.ofMinutes(3);

    private static final Pattern NO_ROOM =
            Pattern.compile("No space left on device|needs (\\S+ )?more space on the|more space needed on the");

    /** What dpkg and rpm say of the package at which they ended. */
    private static final List<Pattern> CULPRITS = List.of(
            Pattern.compile("dpkg: error processing (?:package|archive) (\\S+)"),
            Pattern.compile(
                    "(?:Error in|error: %\\S+ scriptlet failed in|scriptlet failed,? exit status \\d+ in) .*?(\\S+)$",
                    Pattern.MULTILINE),
            Pattern.compile("error: %\\w+\\((\\S+?)\\) scriptlet failed"));

    private PackageRun() {}

    /** Whether one is under way. */
    static boolean isUnderWay(Host host) {
        return host.units()
                .state(UNIT)
                .filter(state -> state.running() || state.active().endsWith("activating"))
                .isPresent();
    }

    /**
     * Runs a command to its end.
     *
     * @throws io.keelson.problem.ProblemException HOST_DISK_FULL, HOST_PACKAGES_BUSY, or HOST_PACKAGE_FAILED with the package
     *     and the last lines
     */
    static void run(Host host, List<String> command) {
        host.files().remove(OUTPUT);
        var started = new ArrayList<>(List.of(
                "systemd-run",
                "--quiet",
                "--wait",
                "--collect",
                "--unit=" + UNIT,
                "--service-type=exec",
                "--property=StandardOutput=file:" + OUTPUT,
                "--property=StandardError=inherit",
                "--property=RuntimeMaxSec=" + LIMIT.toSeconds(),
                "--property=TimeoutStopSec=" + GRACE.toSeconds(),
                "--setenv=DEBIAN_FRONTEND=noninteractive",
                "--setenv=APT_LISTCHANGES_FRONTEND=none",
                "--setenv=NEEDRESTART_SUSPEND=1",
                "--setenv=LC_ALL=C.UTF-8",
                "--setenv=PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                "--"));
        started.addAll(command);
        var result = host.programs().run(started, LIMIT.plus(GRACE).plusMinutes(1));
        if (!result.ok()) {
            var output = host.files()
                    .read(OUTPUT)
                    .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                    .orElse("");
            throw failure(command.getFirst(), result.exit(), output + "\n" + result.err())
                    .asException();
        }
    }

    private static Problem failure(String program, int exit, String output) {
        var words = LastWords.of(output);
        if (NO_ROOM.matcher(output).find()) {
            return Problem.error(
                    ProblemCode.HOST_DISK_FULL,
                    program + " ran out of disk: " + words,
                    Remedy.advise("Free disk space on the host; the agent goes on by itself.", "df -h"));
        }
        if (output.contains("Could not get lock")
                || output.contains("is another process using it")
                || output.contains("can't create transaction lock")
                || output.contains(" already locked by ")
                || output.contains("already loaded or has a fragment file")) {
            return PackageLock.busy("somebody else changes packages: " + words);
        }
        for (var culprit : CULPRITS) {
            var matcher = culprit.matcher(output);
            if (matcher.find()) {
                // Its script speaks before it is named; behind come the packages that wait for it.
                int end = output.indexOf('\n', Math.min(output.length(), matcher.end() + 1));
                int next = end < 0 ? -1 : output.indexOf('\n', end + 1);
                return failed("package " + name(matcher.group(1)) + " failed in its installation: "
                        + LastWords.of(next < 0 ? output : output.substring(0, next)));
            }
        }
        return failed(program + " ended with " + exit + ": " + words);
    }

    /** Of a file that dpkg could not unpack, its name. */
    private static String name(String found) {
        return found.substring(found.lastIndexOf('/') + 1);
    }

    private static Problem failed(String what) {
        return Problem.error(
                ProblemCode.HOST_PACKAGE_FAILED,
                what,
                Remedy.advise(
                        "Find out what its script lacks, or build a level without that version; the agent goes on by"
                                + " itself with what was left half done.",
                        "dpkg --audit; cat " + OUTPUT));
    }
}
