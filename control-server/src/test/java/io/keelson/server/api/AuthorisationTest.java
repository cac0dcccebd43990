package io.keelson.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.keelson.proto.operator.v1.OperatorServiceGrpc;
import io.keelson.proto.operator.v1.ServerInfoRequest;
import io.keelson.server.wire.ProblemStatus;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuthorisationTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @SuppressWarnings("NullAway.Init")
    private OperatorFixture fixture;

    @BeforeEach
    void starts() throws IOException {
        fixture = new OperatorFixture(directory);
    }

    @AfterEach
    void ends() {
        fixture.close();
    }

    @Test
    void refusesEveryCallOfTheServiceWithoutAnOperatorsToken() throws Exception {
        var methods = OperatorServiceGrpc.getServiceDescriptor().getMethods();
        assertThat(methods).hasSizeGreaterThanOrEqualTo(10);
        for (var method : methods) {
            for (var header : List.of("", "Bearer ", "Bearer wrong", "Basic " + OperatorFixture.TOKEN)) {
                var outcome = call(method, header);
                assertThat(outcome.status().getCode())
                        .as(method.getFullMethodName() + " with '" + header + "'")
                        .isEqualTo(Status.Code.UNAUTHENTICATED);
                assertThat(outcome.problems()).containsExactly("NOT_AUTHORISED");
            }
        }
    }

    private record Outcome(Status status, List<String> problems) {}

    /** Calls with an empty message of whatever type the method takes. */
    private Outcome call(MethodDescriptor<?, ?> method, String header) throws Exception {
        var raw = new RawBytes();
        var untyped = MethodDescriptor.<byte[], byte[]>newBuilder(raw, raw)
                .setType(method.getType())
                .setFullMethodName(method.getFullMethodName())
                .build();
        var done = new CompletableFuture<Outcome>();
        var headers = new Metadata();
        if (!header.isEmpty()) {
            headers.put(Authorisation.HEADER, header);
        }
        var call = fixture.channel.newCall(untyped, CallOptions.DEFAULT);
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        var problems = Optional.ofNullable(trailers.get(ProblemStatus.TRAILER))
                                .map(found -> found.getProblemsList().stream()
                                        .map(problem -> problem.getCode())
                                        .toList())
                                .orElse(List.of());
                        done.complete(new Outcome(status, problems));
                    }
                },
                headers);
        call.request(1);
        call.sendMessage(new byte[0]);
        call.halfClose();
        return done.get(10, TimeUnit.SECONDS);
    }

    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void knowsANewTokenAndForgetsTheOldOneWhenTheFileChanges() throws Exception {
        var info = ServerInfoRequest.getDefaultInstance();
        assertThat(fixture.operator.serverInfo(info).getServer()).isEqualTo("server-1");

        fixture.writeOperators("another-admin", "another token");

        assertThatThrownBy(() -> fixture.operator.serverInfo(info)).isInstanceOf(StatusRuntimeException.class);
        assertThat(fixture.as("another token").serverInfo(info).getServer()).isEqualTo("server-1");
    }

    @Test
    void letsNobodyInWhenTheFileCannotBeRead() throws Exception {
        for (var broken : List.of("", "operators: 7", "operators: [{name: admin}]", "operators: [")) {
            Files.writeString(fixture.operatorsFile, broken + "\n# " + broken.length());
            var refusal = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> fixture.operator.serverInfo(ServerInfoRequest.getDefaultInstance()));
            assertThat(OperatorFixture.codes(refusal)).as(broken).containsExactly("CONFIGURATION_INVALID");
        }
    }
}
