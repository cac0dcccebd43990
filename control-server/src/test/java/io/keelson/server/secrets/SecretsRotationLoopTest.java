package io.keelson.server.secrets;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.ClusterName;
import io.keelson.server.store.Change;
import io.keelson.server.store.CrashingStore;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.secret.SecretKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One key takes another's place while servers run, crash and lag behind. */
class SecretsRotationLoopTest extends RotationFixture {
    @Test
    void newKeyOnTopOfTheOnlyServersFileSealsFromThenOnAndEverythingComesUnderIt() {
        var old = active();
        var before = a.authorities("prod");
        var signer = a.hostAuthorities.signer().keyPem();

        var fresh = a.file.addKey();
        assertThat(a.rotation.picture().settled()).isTrue();
        a.loop.announce();
        assertThat(a.rotation.picture().settled()).isFalse();
        a.lead();

        assertThat(active()).isEqualTo(fresh);
        assertThat(a.rotation.picture().active().orElseThrow().former()).containsExactly(old);
        assertThat(sealedWith()).hasSize(7).values().containsOnly(fresh);
        assertThat(a.rotation.picture().settled()).isTrue();
        assertThat(problems()).isEmpty();
        assertThat(a.authorities("prod")).isEqualTo(before);
        a.authorities("new");
        a.hostAuthorities.announce("operator:admin");
        assertThat(sealedWith()).hasSize(11).values().containsOnly(fresh);
        a.file.keepOnly(fresh);
        var restarted = new KeyedServer("a", fileOf("a"), store);
        assertThat(restarted.authorities("prod")).isEqualTo(before);
        assertThat(restarted.hostAuthorities.signer().keyPem()).isEqualTo(signer);
    }

    @Test
    void serverWithoutTheNewKeyHoldsTheRotationAndNobodyIsLockedOut() throws IOException {
        var b = second();
        var old = active();
        var fresh = a.file.addKey();
        a.lead();

        assertThat(active()).isEqualTo(old);
        assertThat(a.rotation.picture().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("server b lacks the new key " + fresh));
        a.authorities("by-a");
        b.authorities("by-b");
        b.authorities("by-a");
        assertThat(sealedWith().values()).containsOnly(old);

        Files.copy(fileOf("a"), fileOf("b"), REPLACE_EXISTING);
        b.loop.announce();
        a.lead();
        assertThat(sealedWith().values()).containsOnly(fresh);
        assertThat(a.rotation.picture().settled()).isTrue();
        b.authorities("by-a");
        b.lead();
        assertThat(active()).isEqualTo(fresh);
    }

    @Test
    void secretThatWasSealedBeforeTheKeyWasReplacedCannotBeStoredAfterwards() throws IOException {
        var b = second();
        var late = b.vault.seal(new byte[] {1}, "/late");
        a.file.addKey();
        Files.copy(fileOf("a"), fileOf("b"), REPLACE_EXISTING);
        b.loop.announce();
        a.lead();

        assertThat(store.commit(Transaction.when(late.condition()).then(Write.put("/late", late.bytes()))))
                .isFalse();
        b.authorities("late");
        assertThat(sealedWith().values()).containsOnly(active());
    }

    @Test
    void goesOnAfterACrashAtAnyCommitAndWrapsNothingTwice() throws IOException {
        var values = secrets().stream().collect(Collectors.toMap(Entry::key, this::opened));
        int crashes = 0;
        for (int fatal = 1; fatal <= 10; fatal++) {
            for (boolean afterwards : new boolean[] {false, true}) {
                var fresh = a.file.addKey();
                var writes = new CopyOnWriteArrayList<String>();
                try (var watch = store.watch(Keys.ROOT, 0, change -> {
                    if (change instanceof Change.Put(var entry) && values.containsKey(entry.key())) {
                        writes.add(entry.key());
                    }
                })) {
                    try {
                        new KeyedServer("a", fileOf("a"), new CrashingStore(store, fatal, afterwards)).lead();
                    } catch (CrashingStore.Crash e) {
                        crashes++;
                    }
                    a = new KeyedServer("a", fileOf("a"), store);
                    a.lead();
                    await().until(() -> writes.size() >= values.size());
                }
                assertThat(sealedWith().values()).as("crash at " + fatal).containsOnly(fresh);
                assertThat(writes).doesNotHaveDuplicates().hasSize(values.size());
                assertThat(secrets())
                        .allSatisfy(entry -> assertThat(opened(entry)).isEqualTo(values.get(entry.key())));
                a.file.keepOnly(fresh);
            }
        }
        assertThat(crashes).isEqualTo(20);
    }

    private byte[] opened(Entry entry) {
        return a.vault.open(sealed(entry), entry.key());
    }

    @Test
    void serverThatLostItsLeadershipWrapsAndActivatesNothing() {
        var epoch = KeyedServer.elect(store);
        var old = active();
        a.file.addKey();
        a.loop.announce();
        KeyedServer.elect(store);
        assertThat(a.loop.turn(epoch)).isZero();
        assertThat(active()).isEqualTo(old);

        assertThat(a.loop.turn(KeyedServer.elect(store))).isEqualTo(1);
        assertThat(active()).isNotEqualTo(old);
        assertThat(a.loop.turn(epoch)).isZero();
        assertThat(sealedWith().values()).containsOnly(old);
    }

    @Test
    void wrappingLeavesTheCiphertextAndEncryptingAnewDoesNot() {
        var first = secrets().getFirst();
        a.file.addKey();
        a.lead();
        assertThat(ciphertext(store.get(first.key()).orElseThrow())).isEqualTo(ciphertext(first));

        a.rotation.encryptAnewNext("operator:admin");
        a.lead();
        assertThat(ciphertext(store.get(first.key()).orElseThrow())).isEqualTo(ciphertext(first));
        a.file.addKey();
        a.lead();

        assertThat(ciphertext(store.get(first.key()).orElseThrow())).isNotEqualTo(ciphertext(first));
        assertThat(a.rotation.picture().settled()).isTrue();
        assertThat(a.rotation.picture().active().orElseThrow().encryptAnewNext())
                .isFalse();
        a.authorities("prod");
    }

    /** All that comes after form, key id and wrapped data key. */
    private byte[] ciphertext(Entry entry) {
        var sealed = sealed(entry);
        return Arrays.copyOfRange(sealed, 72, sealed.length);
    }

    @Test
    void statusNeverNamesMoreThanIds() {
        var line = SecretKeyFile.newKeyLine();
        KeyedServer.write(fileOf("a"), line);
        a.lead();
        for (var entry : store.list(Keys.ROOT)) {
            assertThat(entry.text()).doesNotContain(line.strip());
        }
        assertThat(a.pki.certificates(new ClusterName("prod")).etcd()).isNotEmpty();
    }
}
