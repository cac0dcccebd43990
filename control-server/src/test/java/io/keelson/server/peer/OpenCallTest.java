package io.keelson.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Empty;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.keelson.fleet.HostId;
import io.keelson.trust.pki.CertificateAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenCallTest {
    private static final Peer PEER = new Peer(
            new HostId("a"),
            CertificateAuthority.create("any", Duration.ofDays(1), Instant.EPOCH)
                    .certificate());

    private final List<String> events = new ArrayList<>();
    private final Wire wire = new Wire();
    private final OpenCall<Empty, Empty> call = new OpenCall<>(wire, PEER, false, ended -> events.add("ended"));

    private ServerCall.Listener<Empty> serve() {
        return call.served(new Served());
    }

    private void cutOff() {
        call.cutOff(Status.PERMISSION_DENIED.asRuntimeException());
    }

    @Test
    void whoServesTheCallLearnsThatItWasCutOffAndNothingAfterwards() {
        var guarded = serve();
        cutOff();
        guarded.onMessage(Empty.getDefaultInstance());
        guarded.onHalfClose();
        guarded.onCancel();
        assertThat(events).startsWith("closed PERMISSION_DENIED", "cancel").doesNotContain("message", "complete");
        assertThat(call.isCancelled()).isTrue();
        assertThat(call.isReady()).isFalse();
    }

    @Test
    void cutOffIsACancellationAlsoWhenTheWireIsDoneAtOnce() {
        wire.after = serve();
        cutOff();
        assertThat(events).contains("cancel").doesNotContain("complete");
    }

    @Test
    void cutOffBeforeTheCallIsServedIsToldToWhoeverServesIt() {
        cutOff();
        serve();
        assertThat(events).contains("cancel");
    }

    @Test
    void nothingIsSentAfterwards() {
        serve();
        cutOff();
        call.sendMessage(Empty.getDefaultInstance());
        call.close(Status.OK, new Metadata());
        assertThat(events).doesNotContain("sent", "closed OK");
    }

    @Test
    void callThatEndsByItselfIsComplete() {
        var guarded = serve();
        call.close(Status.OK, new Metadata());
        guarded.onComplete();
        assertThat(events).containsExactly("closed OK", "complete", "ended");
    }

    private final class Served extends ServerCall.Listener<Empty> {
        @Override
        public void onMessage(Empty message) {
            events.add("message");
        }

        @Override
        public void onCancel() {
            events.add("cancel");
        }

        @Override
        public void onComplete() {
            events.add("complete");
        }
    }

    /** The other side of the call; is done in the moment of the close if that is wanted. */
    private final class Wire extends ServerCall<Empty, Empty> {
        private ServerCall.@Nullable Listener<Empty> after;

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(Empty message) {
            events.add("sent");
        }

        @Override
        public void close(Status status, Metadata trailers) {
            events.add("closed " + status.getCode());
            var told = after;
            if (told != null) {
                told.onComplete();
            }
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public MethodDescriptor<Empty, Empty> getMethodDescriptor() {
            return MethodDescriptor.<Empty, Empty>newBuilder(
                            ProtoUtils.marshaller(Empty.getDefaultInstance()),
                            ProtoUtils.marshaller(Empty.getDefaultInstance()))
                    .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
                    .setFullMethodName("any/Call")
                    .build();
        }
    }
}
