package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.PublishMetadataRequest;
import io.keelson.proto.operator.v1.PublishedRole;
import io.keelson.proto.operator.v1.ReleaseRepositoryRequest;
import io.keelson.proto.operator.v1.ReleaseRepositoryResponse;
import io.keelson.proto.operator.v1.RepositoryFile;
import io.keelson.release.BundleName;
import io.keelson.server.content.TestBundle;
import io.keelson.server.repository.Publication;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.RolePlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublishMetadataTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
        await().until(() -> fixture.leadership.current().isPresent());
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private ReleaseRepositoryResponse publish(List<Publication.File> files) {
        var request = PublishMetadataRequest.newBuilder();
        files.forEach(file -> request.addFiles(
                RepositoryFile.newBuilder().setPath(file.path()).setContent(ByteString.copyFrom(file.content()))));
        return fixture.operator.publishMetadata(request.build());
    }

    private ReleaseRepositoryResponse status() {
        return fixture.operator.releaseRepository(ReleaseRepositoryRequest.getDefaultInstance());
    }

    @Test
    void answersWhenHostsCanSeeWhatWasPublished() {
        fixture.freshness.start();
        var bundle = new TestBundle("kubernetes-1.20.2-1", "x");
        var files = new ArrayList<>(fixture.releases.people.raiseFloor("1.20.0"));
        files.addAll(fixture.releases.people.release(bundle.bundle(), bundle.manifest));

        var answer = publish(files);

        assertThat(fixture.bundles.check(bundle.manifest).manifest().name()).isEqualTo(bundle.bundle());
        assertThat(answer.getReleasedBundlesList()).containsExactly("kubernetes-1.20.2-1");
        assertThat(answer.getFloor()).isEqualTo("1.20.0");
        assertThat(answer.getProblemsList()).isEmpty();
        assertThat(answer.getOnlineKeyIdsList())
                .containsExactly(fixture.releases.people.onlineSigner().key().id());
        assertThat(answer.getRolesList())
                .extracting(PublishedRole::getName)
                .containsExactly("root", "timestamp", "snapshot", "targets");
        var targets = answer.getRoles(3);
        assertThat(targets.getVersion()).isEqualTo(2);
        assertThat(targets.getThreshold()).isEqualTo(2);
        assertThat(targets.getKeyIdsList()).hasSize(3);
        assertThat(targets.getExpiresMillis()).isGreaterThan(fixture.clock.millis());
        assertThat(status()).isEqualTo(answer);
    }

    @Test
    void refusesWithACodeAndTheNextCommand() {
        var floor = fixture.releases.people.raiseFloor("1.20.0").getFirst();
        var refused = catchThrowableOfType(StatusRuntimeException.class, () -> publish(List.of(floor)));
        assertThat(OperatorFixture.codes(refused)).containsExactly("TRUST_TARGET_UNKNOWN");
        assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
    }

    @Test
    void isOnlyForOperators() {
        var stranger = fixture.as("wrong");
        for (var call : List.<Runnable>of(
                () -> stranger.publishMetadata(PublishMetadataRequest.getDefaultInstance()),
                () -> stranger.releaseRepository(ReleaseRepositoryRequest.getDefaultInstance()))) {
            var refused = catchThrowableOfType(StatusRuntimeException.class, call::run);
            assertThat(OperatorFixture.codes(refused)).containsExactly("NOT_AUTHORISED");
        }
    }

    @Test
    void tellsBeforeAnythingIsReleasedWhatToDo() {
        assertThat(status().getProblemsList())
                .extracting(ProblemReport::getCommand)
                .containsExactly("keelson trust publish");
        assertThat(status().getReleasedBundlesList()).isEmpty();
        assertThat(status().getFloor()).isEmpty();
    }

    @Test
    void doesNotWaitForAKeyThatNobodyHas() {
        var people = fixture.releases.people;
        fixture.freshness.start();
        publish(people.release(new BundleName("one"), new byte[] {1}));
        var other = TufSigner.of(Keys.generate(Algorithm.ED25519).getPrivate());
        var plan = RolePlan.single(other.key());
        var root = people.signed(people.open().nextRoot(Map.of(RoleName.TIMESTAMP, plan), ReleasePeople.LATER));
        long begun = System.nanoTime();
        assertThat(publish(List.of(people.publish(root))).getProblemsList())
                .extracting(ProblemReport::getCode)
                .contains("SERVER_ONLINE_KEY_UNLISTED");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(9));
    }
}
