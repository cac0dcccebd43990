package io.keelson.trust.mutation;

import io.keelson.problem.ProblemException;
import io.keelson.release.BundleName;
import io.keelson.trust.ManifestCodec;
import io.keelson.trust.SampleManifest;
import io.keelson.trust.release.HostileRelease;
import io.keelson.trust.release.Mirror;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.fetch.Fetcher;
import io.keelson.trust.tuf.store.MemoryStore;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Attacks a follower of releases that has installed one bundle and looks for the next. */
public final class ReleaseProbe implements BiFunction<HostileRelease, BitSet, String> {
    private static final BundleName RUNNING = new BundleName("kubernetes-1.31.4-1");
    private static final BundleName NEXT = new BundleName("kubernetes-1.32.1-1");
    private static final byte[] RUNNING_MANIFEST = ManifestCodec.write(SampleManifest.of(List.of()));
    private static final byte[] NEXT_MANIFEST = new String(RUNNING_MANIFEST, StandardCharsets.UTF_8)
            .replace("1.31.4", "1.32.1")
            .getBytes(StandardCharsets.UTF_8);

    @Override
    public String apply(HostileRelease attack, BitSet visited) {
        var mirror = new Mirror(NEXT, NEXT_MANIFEST);
        var store = new MemoryStore();
        Releases.initialise(store, mirror.releases().root());
        mirror.releases().release(RUNNING, RUNNING_MANIFEST);
        attack.before().accept(mirror);
        var first = find(store, mirror, RUNNING);
        if (!first.isEmpty()) {
            return "the first bundle is refused with " + first;
        }
        attack.owners().accept(mirror);
        mirror.part();
        attack.attack().accept(mirror);
        var before = kept(store);
        VisitedSites.take();
        var code = find(store, mirror, NEXT);
        visited.or(VisitedSites.take());
        if (attack.codes().stream().noneMatch(wanted -> wanted.name().equals(code))) {
            return attack.name() + " ends with " + (code.isEmpty() ? "no refusal" : code);
        }
        for (var file : before.entrySet()) {
            var now = kept(store).get(file.getKey());
            if (!attack.accepted().contains(file.getKey()) && !Arrays.equals(file.getValue(), now)) {
                return attack.name() + " changes " + file.getKey();
            }
        }
        attack.repair().accept(mirror);
        var repaired = find(store, mirror, NEXT);
        return repaired.isEmpty() ? "" : "after " + attack.name() + " the next good one is refused with " + repaired;
    }

    /** The refusal's code, or what else went wrong; empty if the bundle was found. */
    private static String find(MemoryStore store, Mirror mirror, BundleName bundle) {
        var releases = new Releases(store, URI.create("test:/"), new Shown(mirror), () -> mirror.now);
        try {
            return releases.find(bundle).manifest().manifest().name().equals(bundle) ? "" : "another bundle";
        } catch (ProblemException refused) {
            return refused.problem().code().name();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return e.getClass().getSimpleName();
        }
    }

    private static Map<String, byte[]> kept(MemoryStore store) {
        var kept = new HashMap<String, byte[]>();
        for (var role : List.of(RoleName.ROOT, RoleName.TIMESTAMP, RoleName.SNAPSHOT, RoleName.TARGETS)) {
            store.read(role).ifPresent(bytes -> kept.put(role.fileName(), bytes));
        }
        return kept;
    }

    /** What a mirror shows, cut off at the cap as every fetcher does it. */
    private record Shown(Mirror mirror) implements Fetcher {
        @Override
        public boolean fetch(URI file, long atMost, OutputStream out) throws IOException {
            var pieces = mirror.answer(file.getPath().substring(1));
            long left = atMost;
            if (pieces.isPresent()) {
                var each = pieces.get();
                while (each.hasNext()) {
                    var piece = Optional.ofNullable(each.next()).orElseThrow();
                    if (mirror.trickling) {
                        throw TufRefusal.tooSlow(file.toString(), 1);
                    }
                    left -= piece.length;
                    if (left < 0) {
                        throw TufRefusal.tooLarge(file.toString(), atMost);
                    }
                    out.write(piece);
                }
            }
            return pieces.isPresent();
        }
    }
}
