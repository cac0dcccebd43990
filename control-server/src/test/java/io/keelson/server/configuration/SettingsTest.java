package io.keelson.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemException;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.release.OnlineKeyFile;
import io.keelson.trust.secret.SecretKeyFile;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
    @TempDir
    private Path directory;

    private static ServerConfiguration configuration(Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .withMapping(ServerConfiguration.class)
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .build()
                .getConfigMapping(ServerConfiguration.class);
    }

    private Map<String, String> complete() throws IOException {
        for (var file : List.of("ca.crt", "ca.key", "server.crt", "server.key", "operators", "etcd", "root.json")) {
            Files.writeString(directory.resolve(file), "x");
        }
        secrets(directory.resolve("secrets"));
        online(directory.resolve("online"));
        var values = new HashMap<String, String>();
        values.put("keelson.server.name", "one");
        values.put("keelson.server.advertise-address", "192.0.2.1");
        values.put("keelson.server.pki-dir", directory.toString());
        values.put(
                "keelson.server.secrets-key-file", directory.resolve("secrets").toString());
        values.put(
                "keelson.server.trusted-root-file",
                directory.resolve("root.json").toString());
        values.put("keelson.server.online-key-file", directory.resolve("online").toString());
        values.put(
                "keelson.server.operators-file", directory.resolve("operators").toString());
        values.put("keelson.etcd.endpoints", "https://192.0.2.1:2379,https://192.0.2.2:2379");
        for (var key : List.of("ca-file", "cert-file", "key-file")) {
            values.put("keelson.etcd." + key, directory.resolve("etcd").toString());
        }
        return values;
    }

    private static void secrets(Path file) {
        AtomicFile.write(file, SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
    }

    @Test
    void credentialWinsOverTheSecretsKeyFile() throws IOException {
        var values = complete();
        var credentials = Files.createDirectory(directory.resolve("credentials"));
        var file = Settings.of(configuration(values), Optional.of(credentials)).secretsKey();
        assertThat(file.file()).isEqualTo(directory.resolve("secrets"));
        secrets(credentials.resolve("secrets.key"));
        Files.delete(directory.resolve("secrets"));

        var credential =
                Settings.of(configuration(values), Optional.of(credentials)).secretsKey();

        assertThat(credential.file()).isEqualTo(credentials.resolve("secrets.key"));
        assertThat(credential.owner()).isInstanceOf(SecretKeyFile.Owner.ServiceManager.class);
    }

    private static void online(Path file) {
        var key = Keys.generate(Algorithm.ED25519).getPrivate();
        AtomicFile.write(file, Pem.encode(key), FileMode.SECRET);
    }

    @Test
    void credentialWinsOverTheOnlineKeyFile() throws IOException {
        var values = complete();
        var credentials = Files.createDirectory(directory.resolve("credentials"));
        var file = Settings.of(configuration(values), Optional.of(credentials)).onlineKey();
        assertThat(file).isEqualTo(OnlineKeyFile.of(directory.resolve("online")));
        online(credentials.resolve("online.key"));
        Files.delete(directory.resolve("online"));

        var credential =
                Settings.of(configuration(values), Optional.of(credentials)).onlineKey();

        assertThat(credential).isEqualTo(OnlineKeyFile.ofCredential(credentials.resolve("online.key")));
    }

    @Test
    void onlineKeyThatOthersCanReadAndRootThatIsMissingAreToldTogether() throws IOException {
        var values = complete();
        Files.setPosixFilePermissions(directory.resolve("online"), PosixFilePermissions.fromString("rw-r--r--"));
        Files.delete(directory.resolve("root.json"));
        assertThat(refused(values).problems())
                .extracting(Problem::what)
                .satisfiesExactlyInAnyOrder(
                        what -> assertThat(what).contains("trusted-root-file", "does not exist"),
                        what -> assertThat(what).contains("online key file", "is open to everybody"));
    }

    @Test
    void aStoreForCopiesIsNamedWhollyOrNotAtAll() throws IOException {
        var values = complete();
        assertThat(Settings.of(configuration(values), Optional.empty())
                        .snapshots()
                        .s3())
                .isEmpty();
        values.put("keelson.s3.endpoint", "ftp://s3.example.org");
        assertThat(refused(values).problems())
                .extracting(Problem::what)
                .satisfiesExactlyInAnyOrder(
                        what -> assertThat(what).contains("keelson.s3.endpoint", "want https://host"),
                        what -> assertThat(what).contains("keelson.s3.bucket is missing"),
                        what -> assertThat(what).contains("keelson.s3.credentials-file is missing"));
        values.put("keelson.s3.endpoint", "https://s3.example.org:9000");
        values.put("keelson.s3.bucket", "copies");
        values.put("keelson.s3.credentials-file", directory.resolve("etcd").toString());
        assertThat(Settings.of(configuration(values), Optional.empty())
                        .snapshots()
                        .s3())
                .hasValueSatisfying(s3 -> assertThat(s3.region()).isEqualTo("us-east-1"));
    }

    @Test
    void copiesGoToAStoreOrToADirectory() throws IOException {
        var values = complete();
        values.put("keelson.snapshots.copies-dir", "/mnt/copies");
        assertThat(Settings.of(configuration(values), Optional.empty())
                        .snapshots()
                        .copies())
                .contains(Path.of("/mnt/copies"));
        values.put("keelson.snapshots.copies-dir", "copies");
        values.put("keelson.s3.endpoint", "https://s3.example.org:9000");
        values.put("keelson.s3.bucket", "copies");
        values.put("keelson.s3.credentials-file", directory.resolve("etcd").toString());
        assertThat(refused(values).problems())
                .extracting(Problem::what)
                .satisfiesExactlyInAnyOrder(
                        what -> assertThat(what).contains("copies-dir is 'copies'"),
                        what -> assertThat(what).contains("are both set"));
    }

    @Test
    void secretsKeyFileThatOthersCanReadIsToldAmongTheOtherProblems() throws IOException {
        var values = complete();
        values.remove("keelson.server.name");
        Files.setPosixFilePermissions(directory.resolve("secrets"), PosixFilePermissions.fromString("rw-r-----"));
        var refused = refused(values);
        assertThat(refused.problems())
                .extracting(Problem::what)
                .satisfiesExactlyInAnyOrder(
                        what -> assertThat(what).contains("keelson.server.name is missing"),
                        what -> assertThat(what).contains("is open to its group"));
    }

    @Test
    void portsAndPathsHaveDefaults() throws IOException {
        var settings = Settings.of(configuration(complete()), Optional.empty());
        assertThat(settings.endpoints().agents()).isEqualTo("192.0.2.1:7444");
        assertThat(settings.endpoints().operators()).isEqualTo("192.0.2.1:7443");
        assertThat(settings.endpoints().tunnels()).isEqualTo("192.0.2.1:7445");
        assertThat(settings.contentDir()).isEqualTo(Path.of("/var/lib/keelson/server/content"));
        assertThat(settings.etcd().endpoints()).hasSize(2);
    }

    @Test
    void allProblemsAreToldAtOnce() throws IOException {
        var values = complete();
        values.remove("keelson.server.name");
        values.put("keelson.server.agent-port", "0");
        values.put("keelson.server.operator-port", "many");
        values.put("keelson.etcd.endpoints", "http://192.0.2.1:2379");
        Files.delete(directory.resolve("ca.key"));
        var refused = refused(values);
        assertThat(refused.problems())
                .extracting(Problem::what)
                .satisfiesExactlyInAnyOrder(
                        what -> assertThat(what).contains("keelson.server.name is missing"),
                        what -> assertThat(what).contains("agent-port is '0'"),
                        what -> assertThat(what).contains("operator-port is 'many'"),
                        what -> assertThat(what).contains("ca.key does not exist"),
                        what -> assertThat(what).contains("want https://host:2379"));
    }

    @Test
    void portsMustDiffer() throws IOException {
        var values = complete();
        values.put("keelson.server.agent-port", "7443");
        var refused = refused(values);
        assertThat(refused.problem().what()).contains("must differ");
    }

    private static ProblemException refused(Map<String, String> values) {
        return catchThrowableOfType(ProblemException.class, () -> Settings.of(configuration(values), Optional.empty()));
    }
}
