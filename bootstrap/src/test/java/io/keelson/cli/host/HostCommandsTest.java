package io.keelson.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.RemoveHostRequest;
import io.keelson.proto.operator.v1.ResetHostRequest;
import io.keelson.proto.operator.v1.RevokeHostRequest;
import org.junit.jupiter.api.Test;

class HostCommandsTest extends RecordedServerFixture {
    @Test
    void revokeNamesTheHost() {
        var called = Invocation.with(config, "host", "revoke", "w-7");

        assertThat(called.status()).isZero();
        assertThat(called.out()).isEqualTo("host/w-7 revoked\n");
        assertThat(server.asked(RevokeHostRequest.class).getName()).isEqualTo("w-7");
    }

    @Test
    void revokeOfAnUnknownHostSaysWhatToDo() {
        server.refuse(
                Status.PERMISSION_DENIED,
                Problem.error(
                        ProblemCode.HOST_UNKNOWN, "there is no host w-7", Remedy.advise("See.", "keelson get hosts")));

        var called = Invocation.with(config, "host", "revoke", "w-7");

        assertThat(called.status()).isEqualTo(1);
        assertThat(called.out()).isEmpty();
        assertThat(called.err()).contains("HOST_UNKNOWN").contains("next: keelson get hosts");
    }

    @Test
    void removeSaysWhatHappensAndADryRunOnlyWhatWould() {
        var dry = Invocation.with(config, "host", "remove", "w-7", "--dry-run");
        assertThat(dry.status()).isZero();
        assertThat(dry.out()).isEqualTo("host/w-7 removed (dry run)\n  it is revoked\n  it is forgotten\n");
        var called = Invocation.with(config, "host", "remove", "w-7");
        assertThat(called.out()).startsWith("host/w-7 removed\n");
        assertThat(server.hosts.asked)
                .containsExactly(
                        RemoveHostRequest.newBuilder()
                                .setName("w-7")
                                .setDryRun(true)
                                .build(),
                        RemoveHostRequest.newBuilder().setName("w-7").build());
    }

    @Test
    void resetKillsPodsOnlyWhenToldTo() {
        assertThat(Invocation.with(config, "host", "reset", "w-7").out()).isEqualTo("host/w-7 reset\n  it is told\n");
        assertThat(Invocation.with(config, "host", "reset", "w-7", "--without-draining", "--dry-run")
                        .status())
                .isZero();
        assertThat(server.hosts.asked)
                .containsExactly(
                        ResetHostRequest.newBuilder().setName("w-7").build(),
                        ResetHostRequest.newBuilder()
                                .setName("w-7")
                                .setWithoutDraining(true)
                                .setDryRun(true)
                                .build());
    }
}
