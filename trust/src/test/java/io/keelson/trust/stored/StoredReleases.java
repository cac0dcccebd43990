package io.keelson.trust.stored;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.SampleManifest;
import io.keelson.trust.release.HostileRelease;
import io.keelson.trust.release.HostileReleases;
import io.keelson.trust.release.Mirror;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.fetch.Fetcher;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Attacks on a release repository, to and from stored inputs: what the host trusts, and each file that it then asks for.
 * Those that take time instead of bytes are not among them.
 */
final class StoredReleases {
    private static final BundleName RUNNING = new BundleName("kubernetes-1.31.4-1");
    private static final BundleName NEXT = new BundleName("kubernetes-1.32.1-1");
    private static final byte[] RUNNING_MANIFEST = ManifestCodec.write(SampleManifest.of(List.of()));
    private static final byte[] NEXT_MANIFEST = new String(RUNNING_MANIFEST, StandardCharsets.UTF_8)
            .replace("1.31.4", "1.32.1")
            .getBytes(StandardCharsets.UTF_8);
    private static final URI BASE = URI.create("stored:/");
    private static final List<RoleName> ROLES =
            List.of(RoleName.ROOT, RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS);
    private static final int MOST = 6_000_000;

    private StoredReleases() {}

    static List<StoredInput> all() {
        var all = new ArrayList<StoredInput>();
        HostileReleases.all().stream()
                .filter(attack -> !attack.codes().contains(ProblemCode.TRUST_TOO_SLOW))
                .forEach(attack -> all.add(store(attack)));
        return all;
    }

    private static StoredInput store(HostileRelease attack) {
        var mirror = new Mirror(NEXT, NEXT_MANIFEST);
        var store = new MemoryStore();
        Releases.initialise(store, mirror.releases().root());
        mirror.releases().release(RUNNING, RUNNING_MANIFEST);
        attack.before().accept(mirror);
        var shown = new LinkedHashMap<String, byte[]>();
        var fetcher = recording(mirror, shown);
        var unused = new Releases(store, BASE, fetcher, () -> mirror.now).find(RUNNING);
        attack.owners().accept(mirror);
        mirror.part();
        attack.attack().accept(mirror);
        var files = new LinkedHashMap<String, byte[]>();
        for (var role : ROLES) {
            store.read(role).ifPresent(bytes -> files.put("trusted " + role.fileName(), bytes));
        }
        var words = new LinkedHashMap<String, String>();
        words.put("codes", attack.codes().stream().map(Enum::name).sorted().collect(Collectors.joining(",")));
        words.put("now", mirror.now.toString());
        store.clockFloor().ifPresent(floor -> words.put("floor", floor.toString()));
        shown.clear();
        try {
            var found = new Releases(store, BASE, fetcher, () -> mirror.now).find(NEXT);
            throw new IllegalStateException(attack + " is not refused: " + found);
        } catch (ProblemException refused) {
            if (!attack.codes().contains(refused.problem().code())) {
                throw refused;
            }
        }
        shown.forEach((path, content) -> files.put("shown " + path, content));
        return new StoredInput(attack.name(), words, files);
    }

    private static Fetcher recording(Mirror mirror, Map<String, byte[]> shown) {
        return (file, atMost, out) -> {
            var pieces = mirror.answer(file.getPath().substring(1));
            if (pieces.isEmpty()) {
                return false;
            }
            var content = new ByteArrayOutputStream();
            while (pieces.get().hasNext() && content.size() < MOST) {
                content.writeBytes(pieces.get().next());
            }
            shown.put(file.getPath().substring(1), content.toByteArray());
            return give(file, content.toByteArray(), atMost, out);
        };
    }

    private static boolean give(URI file, byte[] content, long atMost, OutputStream out) throws IOException {
        if (content.length > atMost) {
            throw TufRefusal.tooLarge(file.toString(), atMost);
        }
        out.write(content);
        return true;
    }

    /** The code of the refusal, or what was found. */
    static String outcome(StoredInput input) {
        var store = new MemoryStore();
        input.files("trusted")
                .forEach((name, content) ->
                        store.write(new RoleName(name.substring(0, name.length() - ".json".length())), content));
        if (input.words().containsKey("floor")) {
            store.raiseClockFloor(Instant.parse(input.word("floor")));
        }
        var shown = input.files("shown");
        var now = Instant.parse(input.word("now"));
        Fetcher fetcher = (file, atMost, out) -> {
            var content = shown.get(file.getPath().substring(1));
            return content != null && give(file, content, atMost, out);
        };
        try {
            var found = new Releases(store, BASE, fetcher, () -> now).find(NEXT);
            return "found " + found.manifest();
        } catch (ProblemException refused) {
            return refused.problem().code().name();
        }
    }
}
