package io.keelson.server.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.fleet.Role;
import io.keelson.release.BundleName;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.server.content.BlobStore;
import io.keelson.server.desired.DesiredState;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.director.KnownDirector;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.server.repository.TestRepository;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private keys that are made by the server's own use cases are in clear nowhere but in the answers. */
abstract class SecretsAtRestContract {
    private static final ClusterName PROD = new ClusterName("prod");
    private static final System.Logger LOG = System.getLogger(SecretsAtRestContract.class.getName());

    @TempDir
    Path directory;

    private StateStore store;
    private Path keyFile;
    private KeyedServer server;
    private Canaries canaries;

    abstract StateStore open();

    /** Where the store's own files are; looked at when nothing writes to them. */
    abstract List<Path> files();

    abstract List<String> processes();

    @BeforeEach
    void start() throws IOException {
        store = open();
        keyFile = Files.createDirectory(directory.resolve("keys")).resolve("secrets.key");
        server = new KeyedServer("a", keyFile, store);
        canaries = new Canaries();
        server.lead();
    }

    @AfterEach
    void stop() {
        canaries.close();
        store.close();
    }

    private void plant() throws IOException {
        server.authorities("prod");
        var serviceAccount = server.pki.serviceAccountKey("host:a", TestNodes.node("a", Role.CONTROL_PLANE));
        canaries.privateKey("service-account key", serviceAccount.privateKey());
        var admin = server.pki.adminCertificate("operator:admin", PROD, "keelson:admin");
        canaries.privateKey("administrator's key", admin.key());
        LOG.log(System.Logger.Level.INFO, "issued {0} and {1}", serviceAccount, admin);
        server.hostAuthorities.read();
        server.file.addKey();
        server.lead();
        server.authorities("made-after-rotation");
        server.hostAuthorities.announce("operator:admin");
        assertThat(server.rotation.picture().settled()).isTrue();
        sign();
        for (var line : Files.readAllLines(keyFile)) {
            canaries.secret("secrets key", HexFormat.of().parseHex(line));
        }
        assertThat(canaries.privateKeysOf(store, server.vault)).isEqualTo(9);
    }

    /** Snapshot, timestamp and an order, by keys that are in no store. */
    private void sign() {
        var clock = InstantSource.system();
        var audit = new AuditLog(store, "a", clock);
        var people = new ReleasePeople(directory.resolve("people"));
        var blobs = new BlobStore(directory.resolve("content"));
        var repository = new TestRepository(store, blobs, people, audit, clock);
        canaries.privateKey("online key", people.onlineKey());
        repository.publication.publish("operator:admin", people.release(new BundleName("one"), new byte[] {1}));
        assertThat(repository.turn(KeyedServer.elect(store), store)).isEqualTo(2);
        try (var known = new KnownAuthorities(server.hostAuthorities, store)) {
            var director = KnownDirector.of("a", server.hostAuthorities, known, clock);
            canaries.privateKey("director's key", Pem.encode(director.key().getPrivate()));
            var state = new DesiredState(new HostId("a"), new Epoch(1), new Revision(1), Optional.empty());
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0} signed {1}",
                    director.director(),
                    director.director().sign(state));
        }
    }

    @Test
    void nothingIsInClear() throws IOException {
        plant();

        assertThat(canaries.inStore(store)).isEmpty();
        assertThat(canaries.log()).contains("ServiceAccountKey[redacted]", "secrets are sealed with the key");
        assertThat(canaries.log()).contains("timestamp 1 is published", "Director[a] signed");
        assertThat(canaries.inLog()).isEmpty();
        assertThat(canaries.inFiles(directory.resolve("content"))).isEmpty();
        assertThat(canaries.inProcess("self")).isEmpty();
        for (var process : processes()) {
            assertThat(canaries.inProcess(process)).isEmpty();
        }
        for (var files : files()) {
            assertThat(canaries.inFiles(files)).isEmpty();
        }
    }

    @Test
    void whatIsInClearIsFound() throws IOException {
        plant();
        var admin = server.pki.adminCertificate("operator:admin", PROD, "keelson:admin");
        canaries.privateKey("leak", admin.key());
        var der = Pem.privateKey(admin.key()).getEncoded();
        for (int before = 0; before < 3; before++) {
            var inside = new byte[before + der.length];
            System.arraycopy(der, 0, inside, before, der.length);
            put("base64-" + before, Base64.getEncoder().encode(inside));
        }
        put("der", der);
        put("hex", HexFormat.of().formatHex(der).getBytes(StandardCharsets.US_ASCII));
        put("pem", admin.key());
        LOG.log(System.Logger.Level.DEBUG, new String(admin.key(), StandardCharsets.US_ASCII));

        for (var way : List.of("base64-0", "base64-1", "base64-2", "der", "hex", "pem")) {
            assertThat(canaries.inStore(store))
                    .as(way)
                    .anyMatch(found -> found.startsWith("leak") && found.endsWith("/" + way));
        }
        assertThat(canaries.inLog()).isNotEmpty().allMatch(found -> found.startsWith("leak"));
        assertThat(files())
                .allSatisfy(files ->
                        assertThat(canaries.inFiles(files)).isNotEmpty().allMatch(found -> found.startsWith("leak")));
    }

    private void put(String name, byte[] value) {
        store.commit(Transaction.always(Write.put(Keys.ROOT + "leak/" + name, value)));
    }
}
