package io.keelson.release;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** Bundles for tests. */
public final class Samples {
    private Samples() {}

    /** A bundle without content. */
    public static BundleManifest bundle(String name, KubernetesVersion version, List<String> allowedFrom) {
        var day = LocalDate.of(2026, 11, 1);
        return new BundleManifest(
                new BundleName(name),
                version,
                Map.of("etcd", "3.5.16"),
                "linux",
                "amd64",
                "0.1.0",
                allowedFrom,
                new BundleManifest.Support(day, day.plusYears(1), day.plusYears(2)),
                0,
                List.of(),
                Map.of(),
                Map.of(),
                List.of(),
                List.of());
    }

    /** A published bundle whose digest follows from its name. */
    public static KnownBundle published(String name, String version, String... allowedFrom) {
        return KnownBundle.released(
                bundle(name, KubernetesVersion.parse(version), List.of(allowedFrom)),
                Digest.of(name.getBytes(StandardCharsets.UTF_8)));
    }
}
