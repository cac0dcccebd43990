package io.keelson.trust.mutation;

import io.keelson.problem.ProblemException;
import io.keelson.trust.ManifestVerifier;
import io.keelson.trust.bundle.BundleUnpacker;
import io.keelson.trust.bundle.HostileBundle;
import io.keelson.trust.bundle.ProgressListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.function.BiFunction;

/** Runs one hostile bundle with whatever classes it was loaded with. */
public final class Probe implements BiFunction<HostileBundle, BitSet, String> {
    /**
     * What differs from the refusal that is wanted; empty if nothing does.
     *
     * @param visited gets the sites that were reached
     */
    @Override
    public String apply(HostileBundle bundle, BitSet visited) {
        try {
            VisitedSites.take();
            var code = outcome(bundle);
            visited.or(VisitedSites.take());
            return code.equals(bundle.code().name()) ? "" : bundle.name() + " gives " + code;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String outcome(HostileBundle bundle) throws IOException {
        var directory = Files.createTempDirectory("mutant");
        try {
            var verified = ManifestVerifier.verify(bundle.manifest(), bundle.digest());
            BundleUnpacker.unpack(verified, bundle.source(), directory.resolve("target"), ProgressListener.silent());
            return "no refusal";
        } catch (ProblemException refused) {
            return refused.problem().code().name();
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            return e.getClass().getSimpleName();
        } finally {
            remove(directory);
        }
    }

    private static void remove(Path tree) throws IOException {
        try (var all = Files.walk(tree)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
