package io.keelson.server.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.ProblemCode;
import io.keelson.server.leader.Servers;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Transaction;
import io.keelson.server.store.Write;
import io.keelson.trust.secret.SecretKeyFile;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Key files that are old, unusable or different, secrets that are damaged, servers that are gone: nothing is lost. */
class LostKeysTest extends RotationFixture {
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
                .anySatisfy(problem -> assertThat(problem.what()).contains(unreadable.key()))
                .allSatisfy(problem -> assertThat(problem.code()).isEqualTo(ProblemCode.SERVER_SECRET_UNREADABLE));
        assertThat(store.get(unreadable.key()).orElseThrow().text()).isEqualTo("nonsense");
    }
}
