package io.keelson.server.secrets;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.Epoch;
import io.keelson.server.TestServer;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.leader.Leadership;
import io.keelson.server.leader.Servers;
import io.keelson.server.store.Keys;
import io.keelson.server.store.StateStore;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.secret.SecretKeyFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** As much of a server as has to do with its keys; turns are taken by hand. */
public final class KeyedServer {
    private static final CertificateAuthority FIRST =
            CertificateAuthority.create("hosts", Duration.ofDays(1), Instant.now());

    public final SecretKeyFile file;
    public final KeyRing keys;
    public final Vault vault;
    public final ClusterPki pki;
    public final HostAuthorities hostAuthorities;
    public final SecretsRotation rotation;
    public final SecretsRotationLoop loop;
    private final StateStore store;

    /** Starts on the key file that is there, or on a new one. */
    public KeyedServer(String name, Path path, StateStore store) {
        if (!Files.exists(path)) {
            write(path, SecretKeyFile.newKeyLine());
        }
        this.store = store;
        file = SecretKeyFile.of(path);
        keys = new KeyRing(file);
        vault = new Vault(store, keys);
        var clock = InstantSource.system();
        var audit = new AuditLog(store, name, clock);
        pki = new ClusterPki(store, vault, audit, clock);
        hostAuthorities = new HostAuthorities(store, vault, FIRST, audit, clock);
        rotation = new SecretsRotation(store, new Servers(store), TestServer.SEALED, audit);
        loop = new SecretsRotationLoop(
                name,
                store,
                keys,
                rotation,
                new Leadership(store, name, Duration.ofSeconds(5), System::nanoTime),
                audit);
    }

    static void write(Path path, String content) {
        AtomicFile.write(path, content.getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
    }

    /** Makes a leader; the epoch is what its writes are fenced by. */
    public static Epoch elect(StateStore store) {
        store.commit(Transaction.always(Write.delete(Keys.LEADER)));
        store.commit(Transaction.always(Write.put(Keys.LEADER, "leader")));
        return new Epoch(store.get(Keys.LEADER).orElseThrow().version());
    }

    /** Takes turns as the newly elected leader until nothing is left to do. */
    public void lead() {
        var epoch = elect(store);
        loop.announce();
        while (loop.turn(epoch) > 0) {
            loop.announce();
        }
    }

    /** The three authorities of a cluster are made, or found. */
    public byte[] authorities(String cluster) {
        return pki.certificates(new ClusterName(cluster)).kubernetes();
    }
}
