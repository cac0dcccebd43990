package io.keelson.server.session;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.keelson.server.TestAgent;
import java.io.ByteArrayInputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Any method of a service, called with an empty message. */
final class AnyCall {
    private AnyCall() {}

    /** The code of the problem with which the call ends. */
    static <Q, R> String refusal(Channel channel, MethodDescriptor<Q, R> method) {
        var end = new CompletableFuture<String>();
        var call = channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(TestAgent.code(status.asRuntimeException(trailers)));
                    }
                },
                new Metadata());
        call.sendMessage(method.parseRequest(new ByteArrayInputStream(new byte[0])));
        call.halfClose();
        call.request(Integer.MAX_VALUE);
        return end.join();
    }
}
