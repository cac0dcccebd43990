import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.release.BundleManifest;
import io.keelson.release.Manifest;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.trust.ManifestCodec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/**
 * What the keeper of the server's etcd is run with once while packages are built: an order for an etcd that is nowhere, of a
 * release without one, so that it reads, looks and tells, and has nothing that it could do to the building machine.
 */
final class TrainingOrder {
    private TrainingOrder() {}

    public static void main(String[] arguments) throws Exception {
        var directory = Files.createDirectories(Path.of(arguments[0]));
        var manifest = ManifestCodec.write(new BundleManifest(
                new BundleName("training"), new KubernetesVersion(1, 36, 0), Map.of(), "linux", "amd64", "0.1.0",
                List.of("1.35", "1.36"), new Manifest.Support(LocalDate.EPOCH, LocalDate.EPOCH, LocalDate.EPOCH), 0,
                List.of(), Map.of(), Map.of(), List.of(), List.of()));
        var digest = Digest.of(manifest).hex();
        AtomicFile.write(directory.resolve(digest + ".manifest.json"), manifest, FileMode.SECRET);
        var order = """
                {"v":1,"server":"training","address":"127.0.0.1","bundle":"training","manifest":"%s","revision":1,\
                "incarnation":1,"defragmentation":0,"leadership":0,"known":null,"refounding":null}
                """.formatted(digest);
        AtomicFile.write(directory.resolve("order.json"), order.getBytes(StandardCharsets.UTF_8), FileMode.SECRET);
    }
}
