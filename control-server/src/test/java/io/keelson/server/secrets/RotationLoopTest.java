package io.keelson.server.secrets;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.keelson.fleet.ClusterName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.server.leader.Servers;
import io.keelson.server.store.Change;
import io.keelson.server.store.Entry;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.server.store.Keys;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.secret.SecretBox;
import io.keelson.trust.secret.SecretKeyFile;
import io.keelson.trust.secret.SecretKeyId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One key takes another's place while servers run, crash, lag behind and are given old files. */
class RotationLoopTest {
    @TempDir
    private Path directory;

    private final InMemoryStateStore store = new InMemoryStateStore();
    private KeyedServer a;

    @BeforeEach
    void start() {
        a = new KeyedServer("a", fileOf("a"), store);
        a.lead();
        a.authorities("prod");
        a.authorities("test");
        a.hostAuthorities.read();
    }

    @AfterEach
    void stop() {
        store.close();
    }

    private Path fileOf(String server) {
        return directory.resolve(server + ".key");
    }

    private KeyedServer second() throws IOException {
        Files.copy(fileOf("a"), fileOf("b"));
        var b = new KeyedServer("b", fileOf("b"), store);
        b.loop.announce();
        return b;
    }

    private SecretKeyId active() {
        return a.rotation.picture().active().orElseThrow().key();
    }

    private List<Entry> secrets() {
        return Stream.of(Keys.PKI, Keys.AUTHORITY_KEYS)
                .flatMap(prefix -> store.list(prefix).stream())
                .toList();
    }

    private Map<String, SecretKeyId> sealedWith() {
        return secrets().stream()
                .collect(Collectors.toMap(
                        Entry::key, entry -> SecretBox.keyOf(sealed(entry)).orElseThrow()));
    }

    private byte[] sealed(Entry entry) {
        return a.rotation.holder(entry.key()).sealed(entry);
    }

    private List<ProblemCode> problems() {
        return a.rotation.picture().problems().stream()
                .map(problem -> problem.code())
                .toList();
    }

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
    void keyFileFromABackupNeitherTakesKeysFromARunningServerNorBringsAReplacedKeyBack() throws IOException {
        var backup = Files.readString(fileOf("a"));
        var old = active();
        var fresh = a.file.addKey();
        a.lead();
        a.file.keepOnly(fresh);

        KeyedServer.write(fileOf("a"), backup);
        a.lead();

        assertThat(active()).isEqualTo(fresh);
        assertThat(a.authorities("prod")).isNotEmpty();
        assertThat(problems()).containsOnly(ProblemCode.SERVER_SECRET_KEY_MISSING);
        assertThat(a.rotation.picture().problems().getFirst().what()).contains("in memory only");
        assertThat(code(() -> a.authorities("new"))).isEqualTo(ProblemCode.SERVER_SECRET_KEY_MISSING);
        var restarted = new KeyedServer("a", fileOf("a"), store);
        assertThat(code(() -> restarted.authorities("prod"))).isEqualTo(ProblemCode.SERVER_SECRET_UNREADABLE);

        var rescue = a.file.addKey();
        a.lead();
        assertThat(active()).isEqualTo(rescue);
        assertThat(sealedWith().values()).containsOnly(rescue);
        assertThat(a.rotation.picture().active().orElseThrow().former()).containsExactly(old, fresh);
        assertThat(problems()).isEmpty();
        assertThat(new KeyedServer("a", fileOf("a"), store).authorities("prod")).isNotEmpty();
    }

    @Test
    void serverStartedWithAFileFromABackupSaysWhatIsMissingAndChangesNothing() throws IOException {
        var backup = Files.readString(fileOf("a"));
        a.file.keepOnly(a.file.addKey());
        assertThat(problems()).isEmpty();
        a.loop.announce();
        a.lead();
        var before = secrets().stream().map(Entry::version).toList();
        KeyedServer.write(fileOf("a"), backup);

        var restarted = new KeyedServer("a", fileOf("a"), store);
        restarted.lead();

        assertThat(secrets().stream().map(Entry::version).toList()).isEqualTo(before);
        assertThat(problems()).contains(ProblemCode.SERVER_SECRET_KEY_MISSING, ProblemCode.SERVER_SECRET_UNREADABLE);
        assertThat(restarted.rotation.picture().settled()).isFalse();
    }

    @Test
    void unusableKeyFileLeavesTheServerWithTheKeysThatItHas() {
        KeyedServer.write(fileOf("a"), "nonsense\n");
        a.lead();

        a.authorities("prod");
        a.authorities("new");
        assertThat(problems()).containsExactly(ProblemCode.SERVER_SECRET_KEY_FILE);
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
    void knownServerThatHasNotSaidWhichKeysItHasHoldsTheRotationUntilItIsForgotten() {
        var servers = new Servers(store);
        servers.register(new Servers.Endpoints("gone", "g:7444", "g:7443", "g:7445"));
        var old = active();
        var fresh = a.file.addKey();
        a.lead();
        assertThat(active()).isEqualTo(old);
        assertThat(a.rotation.picture().problems())
                .anySatisfy(problem -> assertThat(problem.remedy().command()).contains("keelson server forget gone"));

        a.rotation.forgetServer("operator:admin", "gone");
        a.lead();

        assertThat(active()).isEqualTo(fresh);
        assertThat(servers.all()).isEmpty();
        assertThat(code(() -> a.rotation.forgetServer("operator:admin", "gone")))
                .isEqualTo(ProblemCode.RESOURCE_NOT_FOUND);
    }

    @Test
    void serversWithDifferentNewKeysUseNeither() throws IOException {
        var b = second();
        var old = active();
        a.file.addKey();
        b.file.addKey();
        b.loop.announce();
        a.lead();

        assertThat(active()).isEqualTo(old);
        assertThat(a.rotation.picture().problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("different new keys"));
        assertThat(SecretKeyFile.keysOf(Files.readString(fileOf("b")))).contains(old);
    }

    @Test
    void secretThatCannotBeOpenedIsNamedAndHoldsUpNoOther() {
        var broken = secrets().getFirst();
        var unreadable = secrets().get(1);
        var sealed = sealed(broken);
        sealed[40] ^= 1;
        store.commit(Transaction.always(
                Write.put(broken.key(), a.rotation.holder(broken.key()).withSealed(broken, sealed)),
                Write.put(unreadable.key(), "nonsense")));
        var old = active();
        a.file.addKey();
        a.lead();
        a.loop.announce();

        assertThat(a.rotation.picture().uses()).containsEntry("", 1).containsEntry(old.hex(), 1);
        assertThat(a.rotation.picture().underActive()).isEqualTo(5);
        assertThat(a.rotation.picture().settled()).isFalse();
        assertThat(a.rotation.picture().problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem.what()).contains(broken.key()))
                .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_SECRET_UNREADABLE));
        assertThat(store.get(unreadable.key()).orElseThrow().text()).isEqualTo("nonsense");
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

    private static ProblemCode code(ThrowingCallable call) {
        var refused = catchThrowableOfType(ProblemException.class, call);
        assertThat(refused).isNotNull();
        return refused.problem().code();
    }
}
