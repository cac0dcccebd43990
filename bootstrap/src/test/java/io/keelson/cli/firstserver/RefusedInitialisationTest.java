package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.signing.SigningKeyFile;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Hosts on which nothing is changed, each for its reason. */
class RefusedInitialisationTest extends InitialisationFixture {
    private void refused(ProblemCode code) {
        refused(code, SERVER);
    }

    private void refused(ProblemCode code, FirstServer server) {
        int before = host.files().writes();
        assertThatThrownBy(() -> initialisation(server).run((revision, event) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(host.files().writes()).as("nothing is changed").isEqualTo(before);
        assertThat(directory.resolve("releases")).isEmptyDirectory();
    }

    @Test
    void secondServerOnTheSameHostIsRefused() throws Exception {
        run();
        var other = new FirstServer(new NodeName("ctl-b"), new IpAddress("192.0.2.10"), List.of());
        int writes = host.files().writes();

        assertThatThrownBy(() -> initialisation(other).run((revision, event) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_ALREADY_INITIALISED));
        assertThat(host.files().writes()).isEqualTo(writes);
    }

    @Test
    void aFurtherServerGetsNoEtcdOfItsOwn() throws Exception {
        run();
        var configuration = text(ServerLayout.MAIN_FILE).replace("https://192.0.2.10:2379", "https://192.0.2.99:2379");
        host.files().put(ServerLayout.MAIN_FILE.toString(), configuration);
        host.files().remove(files().order());
        int writes = host.files().writes();

        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_ALREADY_INITIALISED));
        assertThat(host.files().writes()).isEqualTo(writes);
    }

    @Test
    void lostAuthorityIsNeverReplaced() throws Exception {
        run();
        host.files().remove(ServerLayout.PKI.resolve("ca.key"));

        assertThatThrownBy(this::run).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_ALREADY_INITIALISED);
            assertThat(e.problem().remedy().advice()).contains("backup");
        });
    }

    @Test
    void whoIsNotRootIsRefused() {
        host.programs().succeed(List.of("id", "-u"), "1000\n");
        refused(ProblemCode.HOST_PREREQUISITE_MISSING);
    }

    @Test
    void takenPortIsRefused() {
        host.network().listen(7443, "nginx/42");
        refused(ProblemCode.HOST_PORT_TAKEN);
    }

    @Test
    void addressOfAnotherHostIsRefused() {
        refused(
                ProblemCode.CONFIGURATION_INVALID,
                new FirstServer(new NodeName("ctl-a"), new IpAddress("192.0.2.99"), List.of()));
    }

    @Test
    void wrongArchitectureIsRefused() {
        host.programs().succeed(List.of("uname", "-m"), "aarch64\n");
        refused(ProblemCode.BUNDLE_WRONG_ARCHITECTURE);
    }

    @Test
    void fullDiskIsRefused() {
        host.files().usable(1 << 20);
        refused(ProblemCode.HOST_DISK_FULL);
    }

    @Test
    void missingPackageIsRefused() {
        host.files().remove(Path.of("/usr/lib/systemd/system/keelson-server.service"));
        refused(ProblemCode.HOST_PREREQUISITE_MISSING);
    }

    @Test
    void rootOfAnotherRepositoryIsNeverReplaced() throws Exception {
        run();
        sample = ReleasedSample.in(directory.resolve("other"));
        var writes = host.files().writes();

        assertThatThrownBy(this::run)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.TRUST_ROOT_DIFFERS));
        assertThat(host.files().writes()).isEqualTo(writes);
    }

    @Test
    void serverWithoutAKeyForFreshnessIsRefused() {
        var plan = initialisation(SERVER, Optional.empty());

        assertThatThrownBy(() -> plan.run((revision, event) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().what()).contains("/etc/keelson/server/online.key"));
    }

    @Test
    void keyThatTheRootDoesNotListIsRefusedBeforeAnythingIsTouched() {
        var stranger = directory.resolve("stranger.key");
        SigningKeyFile.createUnprotected(stranger);

        refusedAtOnce(ProblemCode.TRUST_SIGNING_REFUSED, sample.repository(), stranger);
    }

    @Test
    void keyThatTheRootListsForOneOfTheTwoRolesIsRefusedBeforeAnythingIsTouched() {
        var other = TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
        for (var role : new RoleName[] {RoleName.TIMESTAMP, RoleName.SNAPSHOT}) {
            sample.people()
                    .give(
                            sample.repository(),
                            RoleName.TIMESTAMP,
                            sample.people().online());
            sample.people().give(sample.repository(), role, other);

            refusedAtOnce(ProblemCode.TRUST_SIGNING_REFUSED, sample.repository(), sample.onlineKey());
        }
    }

    @Test
    void keyUnderAPassphraseIsRefusedBeforeAnythingIsTouched() {
        var locked = directory.resolve("locked.key");
        SigningKeyFile.create(locked, "secret".toCharArray());

        refusedAtOnce(ProblemCode.RELEASE_KEY_INVALID, sample.repository(), locked);
    }

    @Test
    void bundleThatNobodyReleasedIsRefusedBeforeAnythingIsTouched() {
        var empty = directory.resolve("empty");
        sample.people().found(empty);

        refusedAtOnce(ProblemCode.TRUST_THRESHOLD_NOT_MET, empty, sample.onlineKey());
        sample.people().withdrawAll(sample.repository());
        refusedAtOnce(ProblemCode.TRUST_TARGET_UNKNOWN, sample.repository(), sample.onlineKey());
    }

    @Test
    void brokenChainOfRootsIsRefusedBeforeAnythingIsTouched() throws Exception {
        sample.people().renewRoot(sample.repository());
        Files.delete(sample.repository().resolve("metadata/1.root.json"));

        refusedAtOnce(ProblemCode.TRUST_FILE_MISSING, sample.repository(), sample.onlineKey());
    }

    @Test
    void rootThatItsPredecessorHasNotSignedIsRefused() throws Exception {
        var other = ReleasedSample.in(directory.resolve("other"));
        other.people().renewRoot(other.repository());
        Files.copy(
                other.repository().resolve("metadata/2.root.json"),
                sample.repository().resolve("metadata/2.root.json"));

        refusedAtOnce(ProblemCode.TRUST_THRESHOLD_NOT_MET, sample.repository(), sample.onlineKey());
    }

    private void refusedAtOnce(ProblemCode code, Path repository, Path onlineKey) {
        int before = host.files().writes();
        assertThatThrownBy(() -> Initialisation.of(
                        host,
                        SERVER,
                        sample.directory(),
                        new Initialisation.Releases(repository, Optional.of(onlineKey)),
                        contexts))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(host.files().writes()).as("nothing is changed").isEqualTo(before);
    }
}
