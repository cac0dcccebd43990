package io.keelson.trust.stored;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.BundleFile.Blob;
import io.keelson.release.BundleFile.Encoding;
import io.keelson.release.Digest;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.bundle.BundleUnpacker;
import io.keelson.trust.bundle.HostileBundle;
import io.keelson.trust.bundle.HostileBundles;
import io.keelson.trust.bundle.ProgressListener;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Hostile bundles, to and from stored inputs. A blob that never ends is stored as one that is far too long. */
final class StoredBundles {
    private static final String MANIFEST = "manifest";
    private static final String BLOB = "blob";
    /** What only a host can tell: it asks what it is itself, and which bundle it was told to run. */
    private static final Set<ProblemCode> OF_THE_HOST =
            EnumSet.of(ProblemCode.BUNDLE_WRONG_ARCHITECTURE, ProblemCode.BUNDLE_AGENT_TOO_OLD);

    private static final int LONGEST_BLOB = 64 << 10;

    private StoredBundles() {}

    static List<StoredInput> all() {
        var all = new ArrayList<StoredInput>();
        HostileBundles.all().stream()
                .filter(bundle -> !OF_THE_HOST.contains(bundle.code()))
                .filter(bundle -> !bundle.name().equals("another bundle's manifest"))
                .forEach(bundle -> all.add(store(bundle)));
        return all;
    }

    private static StoredInput store(HostileBundle bundle) {
        var files = new LinkedHashMap<String, byte[]>();
        files.put(MANIFEST + " manifest.json", bundle.manifest());
        for (var digest : bundle.blobs().keySet()) {
            var content = content(bundle, digest);
            if (!Digest.of(content).equals(digest)) {
                files.put(BLOB + " " + digest.hex(), content);
            }
        }
        return new StoredInput(
                bundle.name(),
                Map.of("codes", bundle.code().name(), "meant", bundle.digest().hex()),
                files);
    }

    /** Every blob that is what its digest says, once: the attacks that use it do not repeat it. */
    static StoredInput genuine() {
        var files = new LinkedHashMap<String, byte[]>();
        for (var bundle : HostileBundles.all()) {
            for (var digest : bundle.blobs().keySet()) {
                var content = content(bundle, digest);
                if (Digest.of(content).equals(digest)) {
                    files.put(BLOB + " " + digest.hex(), content);
                }
            }
        }
        return new StoredInput("genuine blobs", Map.of(), files);
    }

    private static byte[] content(HostileBundle bundle, Digest digest) {
        try (var in = bundle.source().open(new Blob(digest, 1, Encoding.IDENTITY), 0)) {
            return in.readNBytes(LONGEST_BLOB);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code of the refusal, or where it was unpacked to. */
    static String outcome(StoredInput input, StoredInput genuine, Path target) {
        var blobs = new TreeMap<>(genuine.files(BLOB));
        blobs.putAll(input.files(BLOB));
        var manifest = input.files(MANIFEST).values().iterator().next();
        try {
            var verified = ManifestVerifier.verify(manifest, new Digest(input.word("meant")));
            BundleUnpacker.unpack(
                    verified,
                    (blob, offset) -> {
                        var content = blobs.get(blob.digest().hex());
                        if (content == null) {
                            throw new FileNotFoundException(blob.digest().hex());
                        }
                        int from = (int) Math.min(offset, content.length);
                        return new ByteArrayInputStream(content, from, content.length - from);
                    },
                    target,
                    ProgressListener.silent());
            return "unpacked " + target;
        } catch (ProblemException refused) {
            return refused.problem().code().name();
        }
    }
}
