package io.keelson.cli.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServerFixture;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
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
}
