package io.keelson.trust.mutation;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Loads this module's classes anew, some of them changed; everything else comes from the tests' own loader. */
final class MutantLoader extends ClassLoader {
    private static final String OWN = "io.keelson.trust.";

    /** What attacks are made of and handed over with; public, and changed by nobody. */
    private static final List<String> SHARED = List.of(
            OWN + "bundle.Hostile",
            OWN + "bundle.TestBundle",
            OWN + "bundle.BlobSource",
            OWN + "bundle.ProgressListener",
            OWN + "pki.",
            OWN + "release.Hostile",
            OWN + "release.Mirror",
            OWN + "release.Simulated",
            OWN + "tuf.Simulated",
            OWN + "mutation.VisitedSites");

    private final Map<String, byte[]> changed;

    MutantLoader(Map<String, byte[]> changed) {
        super(MutantLoader.class.getClassLoader());
        this.changed = Map.copyOf(changed);
    }

    static byte[] original(String name) {
        var resource = name.replace('.', '/') + ".class";
        try (var in = MutantLoader.class.getClassLoader().getResourceAsStream(resource)) {
            if (in == null) {
                throw new FileNotFoundException(resource);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN) || SHARED.stream().anyMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            var changedBytes = changed.get(name);
            var bytes = changedBytes == null ? original(name) : changedBytes;
            return defineClass(name, bytes, 0, bytes.length);
        }
    }
}
