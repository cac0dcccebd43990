package io.keelson.trust.release;

import static io.keelson.problem.ProblemCode.BUNDLE_BELOW_FLOOR;
import static io.keelson.problem.ProblemCode.BUNDLE_MANIFEST_INVALID;
import static io.keelson.problem.ProblemCode.TRUST_CONTENT_MISMATCH;
import static io.keelson.problem.ProblemCode.TRUST_METADATA_INVALID;
import static io.keelson.problem.ProblemCode.TRUST_ROLLBACK;
import static io.keelson.trust.release.HostileRelease.before;
import static io.keelson.trust.release.HostileRelease.of;
import static io.keelson.trust.release.HostileRelease.withRoot;

import io.keelson.release.BundleName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What those who hold a role's keys have signed, by mistake or under force, and is refused all the same. */
final class HostileSigned {
    private static final BundleName NEXT = new BundleName("kubernetes-1.32.1-1");
    private static final String MANIFEST = ReleaseTargets.manifest(NEXT).path();

    private final List<HostileRelease> made = new ArrayList<>();

    private HostileSigned() {}

    static List<HostileRelease> all() {
        var signed = new HostileSigned();
        for (var role : Mirror.ROLES) {
            signed.fields(role);
        }
        signed.listed();
        signed.released();
        signed.steppedBack();
        return signed.made;
    }

    /** Fields of a role's own document. */
    private void fields(String role) {
        for (var version : List.of(0L, -1L)) {
            field(role + " signed as version " + version, role, "version", version);
        }
        for (var expires : List.of("2030-13-01T00:00:00Z", "2030-02-30T00:00:00Z", "2031-06-01", "never", "")) {
            field(role + " signed to expire '" + expires + "'", role, "expires", expires);
        }
        field(role + " signed for another specification", role, "spec_version", "2.0.0");
    }

    private void field(String name, String role, String field, Object value) {
        made.add(of(name, TRUST_METADATA_INVALID, before(role), m -> {
            m.release(role, m.signers(role));
            m.repository().signed(role).put(field, value);
            m.repository().publishAsItIs(role);
            replaceLast(m, role);
        }));
    }

    /** What was just published takes the place of the version before it, which is the one that is asked for. */
    private static void replaceLast(Mirror m, String role) {
        var bytes = m.repository().latest(role);
        Optional.ofNullable(m.repository().published.get(role)).orElseThrow().removeLast();
        m.repository().replaceLatest(role, bytes);
    }

    /** What the targets say of the manifest. */
    private void listed() {
        listed("a manifest of negative length", target -> target.put("length", -1L));
        listed("a manifest without a length", target -> target.remove("length"));
        listed("a manifest without hashes", target -> target.put("hashes", new LinkedHashMap<String, Object>()));
        listed("a manifest whose hash is no hexadecimal", target -> target.put("hashes", Map.of("sha256", "zz")));
        listed("a manifest whose hash has an odd digit", target -> target.put("hashes", Map.of("sha256", "abc")));
    }

    private void listed(String name, Consumer<Map<String, Object>> change) {
        made.add(of(name, TRUST_METADATA_INVALID, before("targets"), m -> {
            m.releases().list(NEXT, m.manifest);
            change.accept(m.repository().target("targets", MANIFEST));
            m.releases().publish();
        }));
    }

    private void released() {
        made.add(of("another bundle's manifest under this one's name", TRUST_CONTENT_MISMATCH, before("content"), m -> {
            var other = new String(m.manifest, StandardCharsets.UTF_8).replace(NEXT.value(), NEXT.value() + "x");
            m.releases().release(NEXT, other.getBytes(StandardCharsets.UTF_8));
        }));
        made.add(of("a manifest that is none", BUNDLE_MANIFEST_INVALID, before("content"), m -> {
            m.releases().release(NEXT, "{}".getBytes(StandardCharsets.UTF_8));
        }));
        made.add(of("a bundle below the floor", BUNDLE_BELOW_FLOOR, before("content"), m -> {
            m.releases().floor("1.33.0");
            m.release();
        }));
    }

    /** The timestamp's key is a new one, and so the host has forgotten which snapshot it had listed. */
    private void steppedBack() {
        made.add(of("an older snapshot by a new timestamp key", TRUST_ROLLBACK, withRoot("snapshot"), m -> {
                    long known = m.repository().version("snapshot");
                    m.repository().meta("timestamp", "snapshot.json").put("version", known - 1);
                    m.repository().publish("timestamp");
                })
                .after(m -> m.repository().publish("snapshot", "timestamp"))
                .since(m -> {
                    m.repository().rotateKeys("timestamp");
                    m.repository().publish("root");
                }));
    }
}
