package io.keelson.server.configuration;

import io.keelson.fleet.SnapshotPolicy;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.server.store.EtcdEndpoints;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.snapshot.SnapshotKeyFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads every setting and gathers what is wrong with any of them. */
final class SettingsReader {
    private static final Remedy EDIT = Remedy.advise(
            "Correct the key in /etc/keelson/server/server.yaml and start the server again.",
            "systemctl restart keelson-server");

    private static final String SECRETS_KEY = "secrets.key";
    private static final String ONLINE_KEY = "online.key";

    private final Optional<Path> credentials;
    private final List<Problem> problems = new ArrayList<>();

    SettingsReader(Optional<Path> credentials) {
        this.credentials = credentials;
    }

    Settings read(ServerConfiguration configuration) {
        var server = configuration.server();
        var etcd = configuration.etcd();
        var name = name(server.name());
        var address = required("keelson.server.advertise-address", server.advertiseAddress());
        int operators = port("keelson.server.operator-port", server.operatorPort());
        int agents = port("keelson.server.agent-port", server.agentPort());
        int tunnels = port("keelson.server.tunnel-port", server.tunnelPort());
        distinct(List.of(operators, agents, tunnels));
        var pki = Path.of(server.pkiDir());
        for (var file : List.of("ca.crt", "ca.key", "server.crt", "server.key")) {
            readable("keelson.server.pki-dir", pki.resolve(file));
        }
        var secrets = secretsKey(Path.of(server.secretsKeyFile()));
        var trustedRoot = readable("keelson.server.trusted-root-file", Path.of(server.trustedRootFile()));
        var online = onlineKey(Path.of(server.onlineKeyFile()));
        var operatorsFile = readable("keelson.server.operators-file", Path.of(server.operatorsFile()));
        var ca = readable("keelson.etcd.ca-file", Path.of(etcd.caFile()));
        var certificate = readable("keelson.etcd.cert-file", Path.of(etcd.certFile()));
        var key = readable("keelson.etcd.key-file", Path.of(etcd.keyFile()));
        var endpoints = endpoints(etcd.endpoints(), ca, certificate, key);
        var s3 = s3(configuration.s3());
        var copies = copies(configuration.snapshots(), s3.isPresent());
        var own = policy(etcd);
        if (!problems.isEmpty() || endpoints.isEmpty()) {
            throw new ProblemException(problems);
        }
        return new Settings(
                name,
                address,
                operators,
                agents,
                tunnels,
                pki,
                secrets,
                operatorsFile,
                trustedRoot,
                online,
                Path.of(server.contentDir()),
                endpoints.get(),
                new SnapshotSettings(
                        Path.of(configuration.snapshots().releasesDir()),
                        Path.of(configuration.snapshots().drillDir()),
                        s3,
                        copies,
                        new SnapshotKeyFile(Path.of(etcd.snapshotKeyFile())),
                        own),
                Path.of(etcd.keeperReport()));
    }

    private String name(Optional<String> text) {
        var name = required("keelson.server.name", text);
        if (!name.isEmpty() && !name.matches("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?")) {
            problem("keelson.server.name is '" + name + "'; want lower-case letters, digits, dots and dashes");
        }
        return name;
    }

    private String required(String key, Optional<String> value) {
        if (value.filter(v -> !v.isBlank()).isEmpty()) {
            problem(key + " is missing");
        }
        return value.orElse("");
    }

    private int port(String key, String text) {
        if (text.matches("[1-9]\\d{0,4}") && Integer.parseInt(text) <= 65_535) {
            return Integer.parseInt(text);
        }
        problem(key + " is '" + text + "'; want 1 to 65535");
        return 0;
    }

    private void distinct(List<Integer> ports) {
        var known = ports.stream().filter(port -> port > 0).toList();
        if (new HashSet<>(known).size() < known.size()) {
            problem("keelson.server.operator-port, .agent-port and .tunnel-port must differ: " + ports);
        }
    }

    private Path readable(String key, Path file) {
        if (!Files.isReadable(file)) {
            problem(key + ": " + file + (Files.exists(file) ? " cannot be read" : " does not exist"));
        }
        return file;
    }

    /** A credential wins: whoever gave one to the service meant it. */
    private Optional<Path> credential(String name) {
        return credentials.map(directory -> directory.resolve(name)).filter(Files::exists);
    }

    private SecretKeyFile secretsKey(Path file) {
        var key = credential(SECRETS_KEY).map(SecretKeyFile::ofCredential).orElseGet(() -> SecretKeyFile.of(file));
        gather(key::read);
        return key;
    }

    private OnlineKeyFile onlineKey(Path file) {
        var key = credential(ONLINE_KEY).map(OnlineKeyFile::ofCredential).orElseGet(() -> OnlineKeyFile.of(file));
        gather(key::signers);
        return key;
    }

    private void gather(Supplier<?> check) {
        try {
            var unused = check.get();
        } catch (ProblemException e) {
            problems.addAll(e.problems());
        }
    }

    private Optional<EtcdEndpoints> endpoints(Optional<List<String>> texts, Path ca, Path certificate, Path key) {
        if (texts.isEmpty()) {
            problem("keelson.etcd.endpoints is missing; want https://host:2379");
            return Optional.empty();
        }
        try {
            var uris = texts.get().stream().map(String::strip).map(URI::create).toList();
            return Optional.of(new EtcdEndpoints(uris, ca, certificate, key));
        } catch (IllegalArgumentException e) {
            problem("keelson.etcd.endpoints: " + e.getMessage());
            return Optional.empty();
        }
    }

    private SnapshotPolicy policy(ServerConfiguration.Etcd etcd) {
        try {
            return new SnapshotPolicy(
                    Duration.parse(etcd.snapshotEvery()),
                    Integer.parseInt(etcd.snapshotKeep()),
                    Duration.parse(etcd.snapshotProve()));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            problem("keelson.etcd.snapshot-every, .snapshot-keep and .snapshot-prove: " + e.getMessage());
            return SnapshotPolicy.STANDARD;
        }
    }

    private Optional<S3Settings> s3(ServerConfiguration.S3 s3) {
        if (s3.endpoint().isEmpty()) {
            return Optional.empty();
        }
        var bucket = required("keelson.s3.bucket", s3.bucket());
        var file = required("keelson.s3.credentials-file", s3.credentialsFile());
        if (!file.isEmpty()) {
            readable("keelson.s3.credentials-file", Path.of(file));
        }
        try {
            var endpoint = URI.create(s3.endpoint().get());
            if (List.of("https", "http").contains(String.valueOf(endpoint.getScheme())) && endpoint.getHost() != null) {
                return Optional.of(new S3Settings(endpoint, bucket, s3.region(), Path.of(file)));
            }
            problem("keelson.s3.endpoint is '" + endpoint + "'; want https://host");
        } catch (IllegalArgumentException e) {
            problem("keelson.s3.endpoint: " + e.getMessage());
        }
        return Optional.empty();
    }

    private Optional<Path> copies(ServerConfiguration.Snapshots snapshots, boolean elsewhere) {
        var directory = snapshots.copiesDir();
        if (directory.filter(name -> !name.startsWith("/")).isPresent()) {
            problem("keelson.snapshots.copies-dir is '" + directory.get() + "'; want the whole path");
        }
        if (directory.isPresent() && elsewhere) {
            problem("keelson.snapshots.copies-dir and keelson.s3.endpoint are both set; copies go to one of them");
        }
        return directory.map(Path::of);
    }

    private void problem(String what) {
        problems.add(Problem.error(ProblemCode.CONFIGURATION_INVALID, what, EDIT));
    }
}
