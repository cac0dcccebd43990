package io.keelson.lab.tuf;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.content.PathPattern;
import io.keelson.trust.tuf.content.PathRule;
import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.RolePlan;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * What the cache of classes is trained with (JEP 514): a small repository, served on the loopback, and each command once.
 * Fails if a command does, so that no cache is made of an error's classes.
 */
public final class Training {
    private static final List<RoleName> ROLES =
            List.of(RoleName.ROOT, RoleName.TARGETS, RoleName.SNAPSHOT, RoleName.TIMESTAMP);
    private static final RoleName DELEGATED = new RoleName("delegated");
    private static final TargetPath TARGET = new TargetPath("some/target");

    private Training() {}

    /** @param args an empty directory */
    public static void main(String... args) throws IOException {
        var directory = Path.of(args[0]);
        var metadata = Files.createDirectory(directory.resolve("client"));
        var targets = Files.createDirectory(directory.resolve("downloads"));
        publish(directory);
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(directory, exchange));
        server.start();
        try {
            var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/";
            var root = directory.resolve("metadata/1.root.json").toString();
            run("--metadata-dir", metadata.toString(), "init", root);
            run("--metadata-dir", metadata.toString(), "--metadata-url", url + "metadata", "refresh");
            run(
                    "--metadata-dir",
                    metadata.toString(),
                    "--metadata-url",
                    url + "metadata",
                    "--target-name",
                    TARGET.path(),
                    "--target-base-url",
                    url + "targets",
                    "--target-dir",
                    targets.toString(),
                    "download");
        } finally {
            server.stop(0);
        }
    }

    private static void run(String... args) {
        if (new TufClientCommand(InstantSource.system(), System.err).run(args) != 0) {
            throw new IllegalStateException("training failed at " + args[args.length - 1]);
        }
    }

    private static void publish(Path directory) throws IOException {
        var signer = TufSigner.of(Keys.generate(Algorithm.ECDSA_P256).getPrivate());
        var other = TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
        var plan = new RolePlan(List.of(signer.key(), other.key()), 2);
        var expires = Instant.now().plus(1, ChronoUnit.DAYS);
        var plans = Map.of(ROLES.get(0), plan, ROLES.get(1), plan, ROLES.get(2), plan, ROLES.get(3), plan);
        var repository = TufRepository.create(
                directory,
                TufRepository.firstRoot(plans, expires).signedBy(signer).signedBy(other));
        var content = Files.writeString(directory.resolve("content"), "content");
        var file = repository.store(TARGET, content);
        var everything = new PathRule.Patterns(List.of(new PathPattern("*/*")));
        repository.publish(repository
                .targets(RoleName.TARGETS)
                .delegating(DELEGATED, RolePlan.single(other.key()), everything, false)
                .expiring(expires)
                .signedBy(signer)
                .signedBy(other));
        repository.publish(repository
                .targets(DELEGATED)
                .with(TARGET, file)
                .expiring(expires)
                .signedBy(other));
        repository.publish(repository.snapshot(expires).signedBy(signer).signedBy(other));
        repository.publish(repository.timestamp(expires).signedBy(signer).signedBy(other));
    }

    private static void answer(Path directory, HttpExchange exchange) throws IOException {
        var file = directory.resolve(exchange.getRequestURI().getPath().substring(1));
        try (exchange) {
            if (!Files.isRegularFile(file)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.sendResponseHeaders(200, Files.size(file));
            Files.copy(file, exchange.getResponseBody());
        }
    }
}
