package io.keelson.trust.release;

import static io.keelson.problem.ProblemCode.TRUST_CONTENT_MISMATCH;
import static io.keelson.problem.ProblemCode.TRUST_EXPIRED;
import static io.keelson.problem.ProblemCode.TRUST_FILE_MISSING;
import static io.keelson.problem.ProblemCode.TRUST_METADATA_INVALID;
import static io.keelson.problem.ProblemCode.TRUST_MIX_AND_MATCH;
import static io.keelson.problem.ProblemCode.TRUST_ROLLBACK;
import static io.keelson.problem.ProblemCode.TRUST_ROOT_CHAIN_BROKEN;
import static io.keelson.problem.ProblemCode.TRUST_ROOT_ROTATIONS;
import static io.keelson.problem.ProblemCode.TRUST_SAME_VERSION_DIFFERS;
import static io.keelson.problem.ProblemCode.TRUST_TARGET_UNKNOWN;
import static io.keelson.problem.ProblemCode.TRUST_THRESHOLD_NOT_MET;
import static io.keelson.problem.ProblemCode.TRUST_VANISHED;
import static io.keelson.trust.release.HostileRelease.NOTHING;
import static io.keelson.trust.release.HostileRelease.before;
import static io.keelson.trust.release.HostileRelease.of;
import static io.keelson.trust.release.HostileRelease.withRoot;

import io.keelson.problem.ProblemCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** What is old, what goes back, what does not belong together, and what is not shown. */
final class HostileDates {
    private final List<HostileRelease> made = new ArrayList<>();

    private HostileDates() {}

    static List<HostileRelease> all() {
        var dates = new HostileDates();
        dates.expired();
        dates.clocks();
        dates.lower();
        dates.dropped();
        dates.sameVersion();
        dates.mixed();
        dates.fastForward();
        dates.withheld();
        return dates.made;
    }

    private void add(HostileRelease release) {
        made.add(release);
    }

    private void expired() {
        for (var role : Mirror.ROLES) {
            boolean isRoot = role.equals("root");
            add(of("a new " + role + " that has expired", TRUST_EXPIRED, isRoot ? withRoot(role) : before(role), m -> {
                        m.repository().setExpires(role, m.now);
                        m.release(role, m.signers(role));
                    })
                    .until(isRoot ? Mirror::goOn : Mirror::recover));
            add(of("the " + role + " has expired since", TRUST_EXPIRED, since(role), m -> {
                        m.now = m.now.plus(Duration.ofDays(31));
                        for (var other : List.of("root", "targets", "snapshot", "timestamp")) {
                            if (!other.equals(role)) {
                                m.repository().setExpires(other, m.now.plus(Duration.ofDays(1)));
                                m.repository().publish(other);
                            }
                        }
                    })
                    .until(m -> m.goOn()));
        }
        add(of("the mirror stands still until all has expired", TRUST_EXPIRED, NOTHING, m -> {
            m.now = m.now.plus(Duration.ofDays(365));
        }));
        add(of("the mirror stands still", TRUST_TARGET_UNKNOWN, NOTHING, m -> {}));
    }

    /** A role that nobody signs anew is expired when an update comes to it; all before were signed anew. */
    private static Set<String> since(String role) {
        return role.equals("root") ? NOTHING : withoutRole(role);
    }

    private static Set<String> withoutRole(String role) {
        var accepted = new java.util.HashSet<>(before(role));
        accepted.add("root.json");
        return accepted;
    }

    private void clocks() {
        add(of("the clock was set back a year, to when the timestamp was valid", TRUST_EXPIRED, NOTHING, m -> {
                    m.repository().setExpires("timestamp", m.now.minusSeconds(1));
                    m.release();
                    m.now = m.now.minus(Duration.ofDays(365));
                })
                .until(m -> {
                    m.now = Mirror.BEGIN;
                    m.recover();
                }));
        add(of("the clock was set back a year, to when the targets were valid", TRUST_EXPIRED, before("targets"), m -> {
                    m.repository().setExpires("targets", m.now.minusSeconds(1));
                    m.release();
                    m.now = m.now.minus(Duration.ofDays(365));
                })
                .until(m -> {
                    m.now = Mirror.BEGIN;
                    m.recover();
                }));
        add(of("the clock is ten years ahead", TRUST_EXPIRED, NOTHING, m -> {
                    m.release();
                    m.now = m.now.plus(Duration.ofDays(3_650));
                })
                .until(m -> {
                    m.now = Mirror.BEGIN.plusSeconds(1);
                    m.recover();
                }));
    }

    private static void thirdVersions(Mirror m) {
        m.releases().publish();
        m.releases().publish();
    }

    private void lower() {
        add(of("a timestamp of a lower version", TRUST_ROLLBACK, NOTHING, m -> {
                    m.repository().setVersion("timestamp", 1);
                    m.repository().publishAsItIs("timestamp");
                })
                .after(HostileDates::thirdVersions));
        add(of("a timestamp that lists a lower snapshot", TRUST_ROLLBACK, NOTHING, m -> {
                    m.repository().meta("timestamp", "snapshot.json").put("version", 1L);
                    m.repository().publish("timestamp");
                })
                .after(HostileDates::thirdVersions));
        add(of("a snapshot that lists lower targets", TRUST_ROLLBACK, before("snapshot"), m -> {
                    m.repository().meta("snapshot", "targets.json").put("version", 1L);
                    m.repository().publish("snapshot", "timestamp");
                })
                .after(HostileDates::thirdVersions));
        add(of("a root of a lower version", TRUST_ROOT_CHAIN_BROKEN, NOTHING, m -> {
                    m.repository().setVersion("root", 2);
                    m.repository().publishAsItIs("root");
                })
                .after(m -> m.repository().publish("root", "root")));
    }

    private void dropped() {
        add(of("the snapshot drops a role", TRUST_VANISHED, before("snapshot"), m -> {
                    m.repository()
                            .fields(m.repository().signed("snapshot"), "meta")
                            .remove("extra.json");
                    m.repository().publish("snapshot", "timestamp");
                })
                .after(m -> {
                    m.repository().delegate("targets", "extra", false, "extra/*");
                    m.repository().publish("extra", "targets", "snapshot", "timestamp");
                }));
        add(of("the snapshot drops the targets", TRUST_METADATA_INVALID, before("snapshot"), m -> {
            m.repository().fields(m.repository().signed("snapshot"), "meta").remove("targets.json");
            m.repository().publish("snapshot", "timestamp");
        }));
        add(of("the timestamp drops the snapshot", TRUST_METADATA_INVALID, NOTHING, m -> {
            m.repository().fields(m.repository().signed("timestamp"), "meta").remove("snapshot.json");
            m.repository().publish("timestamp");
        }));
    }

    private void sameVersion() {
        add(of("the same version of the timestamp with other bytes", TRUST_SAME_VERSION_DIFFERS, NOTHING, m -> {
            m.repository().setExpires("timestamp", m.now.plus(Duration.ofDays(300)));
            m.repository().publishAsItIs("timestamp");
        }));
        add(of("the same version of the root with other bytes", TRUST_ROOT_CHAIN_BROKEN, NOTHING, m -> {
            m.repository().setExpires("root", m.now.plus(Duration.ofDays(300)));
            m.repository().publishAsItIs("root");
        }));
        for (var role : List.of("snapshot", "targets")) {
            add(of(
                    "the same version of the " + role + " with other bytes",
                    TRUST_SAME_VERSION_DIFFERS,
                    before(role),
                    m -> {
                        m.repository().listHashes();
                        m.repository().setExpires(role, m.now.plus(Duration.ofDays(300)));
                        m.repository().publishAsItIs(role);
                        if (role.equals("targets")) {
                            m.repository().publish("snapshot");
                        }
                        m.repository().publish("timestamp");
                    }));
        }
    }

    /** Each file is right for itself; nobody ever released them together. */
    private void mixed() {
        for (var role : List.of("snapshot", "targets")) {
            add(mix("the next release with the " + role + " of the one before", role, TRUST_MIX_AND_MATCH, false));
            add(mix(
                    "the next release with the " + role + " of the one before, hashes listed",
                    role,
                    TRUST_CONTENT_MISMATCH,
                    true));
        }
        add(of("the next release with the manifest of another", TRUST_CONTENT_MISMATCH, before("content"), m -> {
            m.release();
            m.repository()
                    .contents
                    .replaceAll((path, content) -> path.startsWith("bundles/")
                            ? "{}".getBytes(java.nio.charset.StandardCharsets.US_ASCII)
                            : content);
        }));
    }

    private static HostileRelease mix(String name, String role, ProblemCode code, boolean hashes) {
        return of(name, code, before(role), m -> {
            if (hashes) {
                m.repository().listHashes();
            }
            m.releases().publish();
            var older = m.repository().latest(role);
            m.release();
            // Signatures differ in length; it is the hash that is meant where hashes are listed.
            if (hashes && role.equals("targets")) {
                m.repository().meta("snapshot", "targets.json").remove("length");
                m.repository().publish("snapshot", "timestamp");
            }
            if (hashes && role.equals("snapshot")) {
                m.repository().meta("timestamp", "snapshot.json").remove("length");
                m.repository().publish("timestamp");
            }
            m.repository().replaceLatest(role, older);
        });
    }

    /** Whoever had a key has used up all versions; the owners take the key from him by a new root. */
    private void fastForward() {
        for (var role : List.of("timestamp", "snapshot", "targets")) {
            var refusedIn = role.equals("targets") ? "snapshot" : "timestamp";
            add(of("the " + role + " was fast-forwarded to 2^63-1", TRUST_ROLLBACK, before(refusedIn), m -> {
                        m.repository().setVersion(role, 5);
                        m.repository().publishAsItIs(role);
                        if (role.equals("targets")) {
                            m.repository().publish("snapshot");
                        }
                        if (!role.equals("timestamp")) {
                            m.repository().publish("timestamp");
                        }
                    })
                    .after(m -> {
                        m.repository().signed("root").put("consistent_snapshot", false);
                        m.repository().publish("root");
                        for (var each : List.of("targets", "snapshot", "timestamp")) {
                            long version = each.equals(role)
                                    ? Long.MAX_VALUE
                                    : m.repository().version(each) + 1;
                            m.repository().setVersion(each, version);
                            m.repository().publishAsItIs(each);
                        }
                    })
                    .until(m -> {
                        m.repository().rotateKeys("snapshot");
                        m.repository().rotateKeys("timestamp");
                        m.goOn();
                    }));
        }
    }

    private void withheld() {
        for (var role : List.of("timestamp", "snapshot", "targets")) {
            add(of("the " + role + " is withheld", TRUST_FILE_MISSING, before(role), m -> {
                m.release();
                m.repository().published.remove(role);
            }));
        }
        add(withheldContent("the manifest is withheld", "bundles/"));
        add(withheldContent("the floor is withheld", "floor.json"));
        add(of("the root that passes the timestamp's key on is withheld", TRUST_THRESHOLD_NOT_MET, NOTHING, m -> {
                    m.release();
                    m.repository().published.getOrDefault("root", List.of()).removeLast();
                })
                .since(m -> {
                    m.repository().rotateKeys("timestamp");
                    m.repository().publish("root", "timestamp");
                }));
        add(of("more roots than one update follows", TRUST_ROOT_ROTATIONS, withRoot("root"), Mirror::release)
                .since(m -> {
                    for (int i = 0; i < 257; i++) {
                        m.repository().publish("root");
                    }
                }));
    }

    private static HostileRelease withheldContent(String name, String path) {
        Consumer<Mirror> attack = m -> {
            m.releases().floor("1.20.0");
            m.release();
            m.repository().contents.keySet().removeIf(content -> content.startsWith(path));
        };
        return of(name, TRUST_FILE_MISSING, before("content"), attack);
    }
}
