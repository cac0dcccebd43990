package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.keelson.etcd.MemberReport;
import io.keelson.etcd.MemberStatus;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Revision;
import io.keelson.proto.operator.v1.BlobHeader;
import io.keelson.proto.operator.v1.BundleHeader;
import io.keelson.proto.operator.v1.CreateJoinTokenRequest;
import io.keelson.proto.operator.v1.KubeconfigRequest;
import io.keelson.proto.operator.v1.MissingBlobsRequest;
import io.keelson.proto.operator.v1.PublishBundleRequest;
import io.keelson.proto.operator.v1.PublishBundleResponse;
import io.keelson.proto.operator.v1.ServerInfoRequest;
import io.keelson.server.content.TestBundle;
import io.keelson.trust.JoinToken;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

class PublishTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws Exception {
        fixture = new OperatorFixture(directory);
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    private PublishBundleResponse send(List<PublishBundleRequest> messages) throws Exception {
        var done = new CompletableFuture<PublishBundleResponse>();
        var stream = fixture.asynchronous().publishBundle(new StreamObserver<>() {
            @Override
            public void onNext(PublishBundleResponse response) {
                done.complete(response);
            }

            @Override
            public void onError(Throwable failure) {
                done.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                // the answer has come
            }
        });
        messages.forEach(stream::onNext);
        stream.onCompleted();
        try {
            return done.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    private List<String> refused(List<PublishBundleRequest> messages) {
        return OperatorFixture.codes(catchThrowableOfType(StatusRuntimeException.class, () -> send(messages)));
    }

    private static PublishBundleRequest header(TestBundle built) {
        return PublishBundleRequest.newBuilder()
                .setBundle(BundleHeader.newBuilder().setManifest(ByteString.copyFrom(built.manifest)))
                .build();
    }

    private static PublishBundleRequest blob(TestBundle built) {
        return PublishBundleRequest.newBuilder()
                .setBlob(BlobHeader.newBuilder().setSha256(built.digest.hex()).setSize(built.blob.length))
                .build();
    }

    private static List<PublishBundleRequest> data(byte[] content) {
        var messages = new ArrayList<PublishBundleRequest>();
        for (int at = 0; at < content.length; at += 256 << 10) {
            messages.add(PublishBundleRequest.newBuilder()
                    .setData(ByteString.copyFrom(content, at, Math.min(256 << 10, content.length - at)))
                    .build());
        }
        return messages;
    }

    private static List<PublishBundleRequest> whole(TestBundle built, byte[] content) {
        var messages = new ArrayList<>(List.of(header(built), blob(built)));
        messages.addAll(data(content));
        return messages;
    }

    private TestBundle large() {
        var content = new byte[7 << 20];
        new Random(1).nextBytes(content);
        return fixture.releases.release("large", "1.20.2", content);
    }

    @Test
    void publishesABundleAndListsIt() throws Exception {
        var built = large();
        var question =
                MissingBlobsRequest.newBuilder().addSha256(built.digest.hex()).build();
        assertThat(fixture.operator.missingBlobs(question).getSha256List()).containsExactly(built.digest.hex());

        var answer = send(whole(built, built.blob));

        assertThat(answer.getName()).isEqualTo("large");
        assertThat(fixture.operator.missingBlobs(question).getSha256List()).isEmpty();
        assertThat(fixture.json("bundle", "large")).contains("1.20.2", answer.getManifestSha256());
        assertThat(send(List.of(header(built))).getName())
                .as("again, without blobs")
                .isEqualTo("large");
    }

    @Test
    void refusesAFlippedBitAMissingAndATooLongBlob() {
        var built = large();
        var flipped = built.blob.clone();
        flipped[1_000_000] ^= 1;
        assertThat(refused(whole(built, flipped))).containsExactly("BUNDLE_CORRUPT");
        assertThat(refused(whole(built, Arrays.copyOf(built.blob, 100)))).containsExactly("BUNDLE_CORRUPT");
        assertThat(refused(whole(built, Arrays.copyOf(built.blob, 20 << 20)))).containsExactly("BUNDLE_CORRUPT");
        assertThat(refused(List.of(header(built)))).containsExactly("BUNDLE_CORRUPT");
        assertThat(fixture.bundles.list()).isEmpty();
    }

    @Test
    void refusesWhatNobodyHasReleasedBeforeReceivingAnything() {
        var built = fixture.releases.build("large", "1.20.2", new byte[10]);
        assertThat(refused(whole(built, built.blob))).containsExactly("TRUST_TARGET_UNKNOWN");
        assertThat(fixture.bundles.missing(List.of(built.digest))).hasSize(1);
    }

    @Test
    void refusesAnotherContentUnderTheSameName() throws Exception {
        var one = fixture.releases.release("same", "1.20.2", new byte[] {1});
        assertThat(send(whole(one, one.blob)).getName()).isEqualTo("same");
        var two = fixture.releases.release("same", "1.20.2", new byte[] {2});
        assertThat(refused(whole(two, two.blob))).containsExactly("BUNDLE_EXISTS");
    }

    @Test
    void refusesMessagesOutOfOrder() {
        var built = fixture.releases.release("b", "1.20.2", new byte[] {1});
        assertThat(refused(List.of())).containsExactly("RESOURCE_INVALID");
        assertThat(refused(List.of(blob(built)))).containsExactly("RESOURCE_INVALID");
        assertThat(refused(List.of(header(built), header(built)))).containsExactly("RESOURCE_INVALID");
        assertThat(refused(List.of(header(built), data(built.blob).getFirst()))).containsExactly("RESOURCE_INVALID");
        assertThat(refused(List.of(PublishBundleRequest.getDefaultInstance()))).containsExactly("RESOURCE_INVALID");
    }

    @Test
    void makesJoinTokensOfALimitedLife() {
        var token = fixture.operator.createJoinToken(
                CreateJoinTokenRequest.newBuilder().setHostname("w-1").build());
        assertThat(JoinToken.parse(token.getToken()).text()).isEqualTo(token.getToken());
        assertThat(token.getEnrolmentEndpoint()).isEqualTo("s:7443");
        assertThat(token.getExpiresMillis()).isGreaterThan(fixture.clock.millis());
        for (var bad : List.of(
                CreateJoinTokenRequest.newBuilder().setTtlSeconds(86_401),
                CreateJoinTokenRequest.newBuilder().setTtlSeconds(-1),
                CreateJoinTokenRequest.newBuilder().setReinstall(true),
                CreateJoinTokenRequest.newBuilder().setHostname("Not A Host"))) {
            var refusal = catchThrowableOfType(
                    StatusRuntimeException.class, () -> fixture.operator.createJoinToken(bad.build()));
            assertThat(OperatorFixture.codes(refusal)).containsExactly("RESOURCE_INVALID");
        }
    }

    @Test
    void makesATokenForAReinstallationOfAHostThatIsThere() {
        fixture.enrol("w-1@z1", "w-2@z1");
        var w1 = CreateJoinTokenRequest.newBuilder().setHostname("w-1").setReinstall(true);
        fixture.operator.createJoinToken(w1.build());
        assertThat(fixture.audit.entries().getLast().detail()).startsWith("for w-1, installed anew, until ");

        fixture.hosts.revoke("admin", new HostId("w-2"));
        var unknown = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> fixture.operator.createJoinToken(w1.setHostname("w-9").build()));
        assertThat(OperatorFixture.codes(unknown)).containsExactly("HOST_UNKNOWN");
        var revoked = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> fixture.operator.createJoinToken(w1.setHostname("w-2").build()));
        assertThat(OperatorFixture.codes(revoked)).containsExactly("RESOURCE_INVALID");
    }

    @Test
    void makesNoTokenForAReinstallationThatWouldBeRefused() {
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a, cp-b, cp-c", "w-1"));
        fixture.loop.start();
        var token = CreateJoinTokenRequest.newBuilder()
                .setHostname("cp-b")
                .setReinstall(true)
                .build();
        await().until(() -> fixture.desired.all().size() == 4);
        assertThat(refusedToken(token)).containsExactly("HOST_TAKEN");

        fixture.agents.connected("cp-b", new Revision(1));
        fixture.agents.member(
                "cp-b",
                new MemberReport(1, Optional.of(TestAgents.status("cp-b", MemberStatus.Role.FOLLOWER, 7)), true));
        await().until(() -> fixture.desired.get(new HostId("cp-b")).stream()
                .anyMatch(state -> state.revision().equals(new Revision(2))));
        assertThat(refusedToken(token)).containsExactly("HOST_STILL_CONNECTED");

        fixture.observed.disconnected(new HostId("cp-b"), "session-of-cp-b", fixture.clock.instant());
        fixture.operator.createJoinToken(token);
        assertThat(fixture.desired.get(new HostId("cp-a")).orElseThrow().revision())
                .isEqualTo(new Revision(1));
    }

    private List<String> refusedToken(CreateJoinTokenRequest token) {
        return OperatorFixture.codes(
                catchThrowableOfType(StatusRuntimeException.class, () -> fixture.operator.createJoinToken(token)));
    }

    @Test
    void makesAKubeconfigThatGoesThroughTheTunnel() {
        fixture.standardFleet();
        fixture.apply(OperatorFixture.cluster("prod", "cp-a", ""));

        var text = fixture.operator
                .kubeconfig(KubeconfigRequest.newBuilder().setCluster("prod").build())
                .getKubeconfig();

        Map<String, Object> file = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        assertThat(file).containsEntry("current-context", "prod").containsKeys("clusters", "users", "contexts");
        assertThat(text)
                .contains("server: \"https://s:7445\"")
                .contains("tls-server-name: \"prod.clusters.keelson.internal\"")
                .contains("certificate-authority-data: LS0t", "client-certificate-data: LS0t", "client-key-data: LS0t");
        var refusal = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> fixture.operator.kubeconfig(
                        KubeconfigRequest.newBuilder().setCluster("nope").build()));
        assertThat(OperatorFixture.codes(refusal)).containsExactly("CLUSTER_UNKNOWN");
    }

    @Test
    void tellsWhoLeads() {
        await().untilAsserted(() -> {
            var info = fixture.operator.serverInfo(ServerInfoRequest.getDefaultInstance());
            assertThat(info.getLeader()).isEqualTo("server-1");
            assertThat(info.getEpoch()).isPositive();
            assertThat(info.getVersion()).isEqualTo("0.0.1");
        });
    }
}
