package io.keelson.lab.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What {@code lab/run setup} has prepared on this machine: where the cache is, which image hosts are started from, and
 * the bits a bundle is made of.
 *
 * @param cache the root of the lab's cache
 * @param image the name of the host image, present in the local Docker Engine
 * @param bits the directory with kubernetes/, etcd/, containerd/, runc/, cni/, kubectl/ and images/; may not exist
 */
public record LabEnvironment(Path cache, String image, Path bits) {

    private static final String NEXT = "; run: lab/run setup";

    /** @throws LabException when no host image was prepared; the message says which command does it */
    public static LabEnvironment current() {
        return find(System.getenv()).orElseThrow(() -> new LabException("this machine has no lab host image" + NEXT));
    }

    /** The checkout that this program was built from. */
    public static Path project() {
        return Path.of(Objects.requireNonNull(System.getenv("PROJECT_DIR"), "PROJECT_DIR (set by lab/run)"));
    }

    /** The root of the lab's cache; needs no host image. */
    public static Path currentCache() {
        return cache(System.getenv());
    }

    /** Needs no host image. @throws LabException when the bits were not prepared */
    public static Path currentBits() {
        Path bits = bits(System.getenv());
        if (!Files.isRegularFile(bits.resolve("SHA256SUMS"))) {
            throw new LabException("there are no Kubernetes bits in " + bits + NEXT);
        }
        return bits;
    }

    static Optional<LabEnvironment> find(Map<String, String> environment) {
        Path cache = cache(environment);
        return Optional.ofNullable(environment.get("KEELSON_LAB_IMAGE"))
                .or(() -> firstLine(cache.resolve("image/current")))
                .map(image -> new LabEnvironment(cache, image, bits(environment)));
    }

    private static Path bits(Map<String, String> environment) {
        String own = environment.get("KEELSON_LAB_BITS");
        return own != null ? Path.of(own) : cache(environment).resolve("bits/current");
    }

    private static Path cache(Map<String, String> environment) {
        String own = environment.get("KEELSON_CACHE");
        if (own != null) {
            return Path.of(own);
        }
        String shared = environment.get("XDG_CACHE_HOME");
        return (shared != null ? Path.of(shared) : Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("keelson");
    }

    private static Optional<String> firstLine(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file).lines().findFirst() : Optional.empty();
        } catch (IOException e) {
            throw new LabException("cannot read " + file, e);
        }
    }
}
