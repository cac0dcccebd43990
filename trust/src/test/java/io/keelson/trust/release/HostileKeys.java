package io.keelson.trust.release;

import static io.keelson.problem.ProblemCode.TRUST_METADATA_INVALID;
import static io.keelson.problem.ProblemCode.TRUST_ROOT_CHAIN_BROKEN;
import static io.keelson.problem.ProblemCode.TRUST_THRESHOLD_NOT_MET;
import static io.keelson.trust.release.HostileRelease.NOTHING;
import static io.keelson.trust.release.HostileRelease.before;
import static io.keelson.trust.release.HostileRelease.withRoot;

import io.keelson.trust.json.CanonicalJson;
import io.keelson.trust.tuf.SimulatedKey;
import io.keelson.trust.tuf.SimulatedRepository;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Who signs: strangers, former keys, too few, one as two, and the keys of other roles. */
final class HostileKeys {
    private final List<HostileRelease> made = new ArrayList<>();

    private HostileKeys() {}

    static List<HostileRelease> all() {
        var keys = new HostileKeys();
        for (var role : Mirror.ROLES) {
            keys.strangers(role);
            keys.tooFew(role);
            keys.formerKey(role);
            keys.oneKeyAsTwo(role);
            keys.otherRoles(role);
            keys.otherAlgorithms(role);
        }
        keys.roots();
        return keys.made;
    }

    private void add(HostileRelease release) {
        made.add(release);
    }

    /** Of a role's latest document; the root's own refusal comes before all others. */
    private static HostileRelease unsigned(String name, String role, Consumer<Mirror> attack) {
        return HostileRelease.of(name, TRUST_THRESHOLD_NOT_MET, before(role), attack);
    }

    private void strangers(String role) {
        add(unsigned("an unknown key signs the " + role, role, m -> m.release(role, List.of(SimulatedKey.ecdsa()))));
        add(unsigned("nobody signs the " + role, role, m -> m.release(role, List.of())));
        add(unsigned("an unknown key signs the " + role + " under the right id", role, m -> {
            var right = m.signers(role).getFirst();
            m.release(role, List.of(SimulatedKey.ecdsa().called(right.id())));
        }));
        add(unsigned("the " + role + " has an empty signature", role, m -> signatures(m, role, "")));
        add(unsigned("the " + role + " has a signature that is no hexadecimal", role, m -> signatures(m, role, "zz")));
        add(HostileRelease.of("the same signature twice under the " + role, TRUST_METADATA_INVALID, before(role), m -> {
            m.release(role, m.signers(role));
            var signature = signature(m.repository(), role, m.signers(role).getFirst());
            m.repository().replaceSignatures(role, List.of(signature, signature));
        }));
    }

    private static void signatures(Mirror m, String role, String hex) {
        m.release(role, m.signers(role));
        m.repository()
                .replaceSignatures(
                        role,
                        List.of(SimulatedRepository.signature(
                                m.signers(role).getFirst().id(), hex)));
    }

    private static Map<String, Object> signature(SimulatedRepository repository, String role, SimulatedKey key) {
        return SimulatedRepository.signature(key.id(), key.sign(CanonicalJson.encode(repository.signed(role))));
    }

    /** Two keys of two are needed since a root that the host has not seen yet. */
    private void tooFew(String role) {
        add(HostileRelease.of(
                        "the " + role + " has one signature of two", TRUST_THRESHOLD_NOT_MET, withRoot(role), m -> {
                            m.release(role, m.signers(role).subList(0, 1));
                        })
                .since(m -> twoKeys(m, role)));
        add(HostileRelease.of(
                        "the " + role + " has one signature of two and a stranger's",
                        TRUST_THRESHOLD_NOT_MET,
                        withRoot(role),
                        m -> m.release(role, List.of(m.signers(role).getFirst(), SimulatedKey.ecdsa())))
                .since(m -> twoKeys(m, role)));
        add(HostileRelease.of("no signatures, for the " + role + " needs none", TRUST_METADATA_INVALID, NOTHING, m -> {
            m.repository().setThreshold(role, 0);
            m.repository().publish("root");
            m.release(role, List.of());
        }));
    }

    private static void twoKeys(Mirror m, String role) {
        m.repository().addKey(role, SimulatedKey.ecdsa());
        m.repository().setThreshold(role, 2);
        m.repository().publish("root", "targets", "snapshot", "timestamp");
    }

    private void formerKey(String role) {
        var former = new ArrayList<SimulatedKey>();
        add(HostileRelease.of(
                        "a key that was revoked signs the " + role, TRUST_THRESHOLD_NOT_MET, withRoot(role), m -> {
                            m.release(role, former);
                        })
                .since(m -> {
                    former.clear();
                    former.addAll(m.signers(role));
                    passOn(m, role);
                }));
    }

    /** A role's key is another one from the next root on; where it is the root's, old and new sign that. */
    private static void passOn(Mirror m, String role) {
        var old = m.signers(role);
        m.repository().rotateKeys(role);
        var fresh = m.signers(role);
        if (role.equals("root")) {
            m.repository().signers.put(role, List.of(old.getFirst(), fresh.getFirst()));
        }
        m.repository().publish("root");
        m.repository().signers.put(role, new ArrayList<>(fresh));
        m.repository().publish("targets", "snapshot", "timestamp");
    }

    private void oneKeyAsTwo(String role) {
        boolean isRoot = role.equals("root");
        add(HostileRelease.of(
                        "one key under two ids is the " + role + "'s threshold of two",
                        TRUST_THRESHOLD_NOT_MET,
                        isRoot ? NOTHING : withRoot(role),
                        m -> {
                            var key = m.signers(role).getFirst();
                            m.repository().addKey(role, key.with("x-note", "again"));
                            m.repository().setThreshold(role, 2);
                            m.repository().publish("root");
                            m.release();
                        })
                .until(
                        isRoot
                                ? Mirror::recover
                                : m -> {
                                    m.repository().setThreshold(role, 1);
                                    m.repository().rotateKeys(role);
                                    m.goOn();
                                }));
    }

    private void otherRoles(String role) {
        for (var other : Mirror.ROLES) {
            if (!other.equals(role)) {
                add(unsigned(
                        "the " + other + "'s key signs the " + role, role, m -> m.release(role, m.signers(other))));
            }
        }
    }

    private void otherAlgorithms(String role) {
        add(unsigned("a signature of another algorithm under the " + role, role, m -> {
            m.release(role, m.signers(role));
            var other = SimulatedKey.of(SimulatedKey.Kind.ED25519);
            var right = m.signers(role).getFirst();
            m.repository().replaceSignatures(role, List.of(signature(m.repository(), role, other.called(right.id()))));
        }));
        if (!role.equals("root")) {
            add(HostileRelease.of(
                            "an algorithm that hosts do not take signs the " + role,
                            TRUST_THRESHOLD_NOT_MET,
                            withRoot(role),
                            m -> {
                                m.repository().withdrawKeys(role);
                                m.repository().addKey(role, SimulatedKey.of(SimulatedKey.Kind.RSA_PSS));
                                m.repository().publish("root");
                                m.release();
                            })
                    .until(m -> {
                        m.repository().rotateKeys(role);
                        m.goOn();
                    }));
        }
    }

    private void roots() {
        add(HostileRelease.of("the root skips a version", TRUST_ROOT_CHAIN_BROKEN, NOTHING, m -> {
            m.repository().setVersion("root", m.repository().version("root") + 1);
            m.repository().publish("root");
            m.release();
        }));
        add(HostileRelease.of("the same root again as the next", TRUST_ROOT_CHAIN_BROKEN, NOTHING, m -> {
            m.repository().publishAsItIs("root");
            m.release();
        }));
        add(HostileRelease.of("the first root again as the third", TRUST_ROOT_CHAIN_BROKEN, NOTHING, m -> {
                    m.repository().setVersion("root", 1);
                    m.repository().publishAsItIs("root");
                    m.release();
                })
                .after(m -> m.repository().publish("root")));
        add(newRoot("only new keys sign the root", false, true));
        add(newRoot("only old keys sign the root", true, false));
        add(newRoot("neither old nor new keys sign the root", false, false));
        add(threeKeys("an attacker and one old key of two sign the root", Set.of(0)));
        add(threeKeys("an attacker signs the root", Set.of()));
    }

    private static HostileRelease newRoot(String name, boolean old, boolean fresh) {
        return HostileRelease.of(name, TRUST_THRESHOLD_NOT_MET, NOTHING, m -> {
            var signers = new ArrayList<SimulatedKey>(old ? m.signers("root") : List.of());
            m.repository().rotateKeys("root");
            if (fresh) {
                signers.addAll(m.signers("root"));
            }
            m.release("root", signers);
        });
    }

    /** The root that the host has seen needs two of three keys. */
    private static HostileRelease threeKeys(String name, Set<Integer> stolen) {
        return HostileRelease.of(name, TRUST_THRESHOLD_NOT_MET, NOTHING, m -> {
                    var signers = new ArrayList<SimulatedKey>();
                    stolen.forEach(number -> signers.add(m.signers("root").get(number)));
                    m.repository().withdrawKeys("root");
                    m.repository().setThreshold("root", 1);
                    m.repository().addKey("root", SimulatedKey.ecdsa());
                    signers.addAll(m.signers("root"));
                    m.release("root", signers);
                })
                .after(m -> {
                    m.repository().addKey("root", SimulatedKey.ecdsa());
                    m.repository().addKey("root", SimulatedKey.ecdsa());
                    m.repository().setThreshold("root", 2);
                    m.repository().publish("root");
                });
    }
}
