package io.keelson.agent;

import static io.keelson.problem.ProblemCode.BUNDLE_AGENT_TOO_OLD;
import static io.keelson.problem.ProblemCode.BUNDLE_BELOW_FLOOR;
import static io.keelson.problem.ProblemCode.BUNDLE_CORRUPT;
import static io.keelson.problem.ProblemCode.BUNDLE_MANIFEST_INVALID;
import static io.keelson.problem.ProblemCode.BUNDLE_SKEW;
import static io.keelson.problem.ProblemCode.BUNDLE_WRONG_ARCHITECTURE;
import static io.keelson.problem.ProblemCode.HOST_DISK_FULL;
import static io.keelson.problem.ProblemCode.TRUST_CONTENT_MISMATCH;
import static io.keelson.problem.ProblemCode.TRUST_TARGET_UNKNOWN;

import io.keelson.agent.artifact.SampleBundle;
import io.keelson.problem.ProblemCode;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.release.HostileRelease;
import io.keelson.trust.release.Mirror;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Releases that are all right and not for this host, or not now. */
final class HostileFits {
    private static final List<String> FROM = List.of("1.31", "1.32");

    private HostileFits() {}

    static List<HostileRelease> all() {
        var made = new ArrayList<HostileRelease>();
        for (var platform : List.of("linux/arm64", "linux/s390x", "linux/amd64p32", "windows/amd64", "darwin/arm64")) {
            made.add(other("for " + platform, BUNDLE_WRONG_ARCHITECTURE, "1.32.1", platform, "0.1.0", FROM));
        }
        for (var newer : List.of("0.1.1", "0.2.0", "1.0.0", "99.0.0")) {
            made.add(other("for agent " + newer, BUNDLE_AGENT_TOO_OLD, "1.32.1", "linux/amd64", newer, FROM));
        }
        made.addAll(versions());
        made.addAll(withoutRelease());
        return made;
    }

    private static List<HostileRelease> versions() {
        var made = new ArrayList<HostileRelease>();
        made.add(version("from 1.32 only", "1.32.1", "1.32"));
        made.add(version("from 1.30 and 1.32", "1.32.1", "1.30", "1.32"));
        made.add(version("that skips a minor version", "1.33.0", "1.32", "1.33"));
        made.add(version("that skips a minor version and says that one may", "1.33.0", "1.31", "1.32", "1.33"));
        made.add(version("that skips many minor versions", "1.99.0", "1.31"));
        made.add(version("of another major version", "2.0.0", "1.31"));
        made.add(version("that goes back a minor version", "1.30.9", "1.29", "1.30"));
        made.add(floor("1.32.2"));
        made.add(floor("1.33.0"));
        made.add(floor("2.0.0"));
        return made;
    }

    private static List<HostileRelease> withoutRelease() {
        var made = new ArrayList<HostileRelease>();
        made.add(refused("a bundle that was withdrawn", TRUST_TARGET_UNKNOWN, m -> {
            m.release();
            m.releases().withdraw(FollowingAgent.NEXT);
            m.releases().publish();
        }));
        made.add(refused(
                "an order without a release",
                TRUST_TARGET_UNKNOWN,
                m -> m.releases().publish()));
        made.add(refused(
                "another manifest than the order's",
                BUNDLE_CORRUPT,
                m -> m.releases().release(FollowingAgent.NEXT, SampleBundle.manifest("1.32.1", "amd64", "0.0.9"))));
        made.add(refused(
                "the running bundle's manifest under the next one's name",
                TRUST_CONTENT_MISMATCH,
                m -> m.releases().release(FollowingAgent.NEXT, FollowingAgent.RUNNING_MANIFEST)));
        for (var text : List.of("", "{}", "[]", "null", "\"bundle\"", "{\"_type\":\"bundle\"}")) {
            made.add(refused("a release that says " + text, BUNDLE_MANIFEST_INVALID, m -> {
                m.manifest = text.getBytes(StandardCharsets.UTF_8);
                m.release();
            }));
        }
        made.add(refused("a bundle of a tebibyte", HOST_DISK_FULL, m -> {
            m.manifest = SampleBundle.large(FollowingAgent.NEXT, (1L << 40) - 10_000_000);
            m.release();
        }));
        return made;
    }

    private static HostileRelease refused(String name, ProblemCode code, Consumer<Mirror> attack) {
        return HostileRelease.of(name, code, HostileRelease.before("content"), attack)
                .until(m -> {
                    m.manifest = FollowingAgent.NEXT_MANIFEST;
                    m.recover();
                });
    }

    private static HostileRelease other(
            String name, ProblemCode code, String kubernetes, String platform, String agent, List<String> from) {
        return refused("a bundle " + name, code, m -> {
            m.manifest = SampleBundle.manifest(
                    FollowingAgent.NEXT, KubernetesVersion.parse(kubernetes), platform, agent, from);
            m.release();
        });
    }

    private static HostileRelease version(String name, String kubernetes, String... from) {
        return other(name, BUNDLE_SKEW, kubernetes, "linux/amd64", "0.1.0", List.of(from));
    }

    private static HostileRelease floor(String lowest) {
        return refused("a bundle below the floor " + lowest, BUNDLE_BELOW_FLOOR, m -> {
            m.releases().floor(lowest);
            m.release();
        });
    }
}
