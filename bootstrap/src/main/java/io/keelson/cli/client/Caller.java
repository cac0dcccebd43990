package io.keelson.cli.client;

import io.grpc.Channel;
import io.grpc.Metadata;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.AbstractStub;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * How each service of a control server is called: with the operator's credential, bounded in time, and failing with the server's
 * own problems.
 *
 * @param server as a person knows it
 * @param limit of a call that does not say another one
 */
record Caller(Channel channel, Metadata credential, String server, Duration limit) {
    <S extends AbstractStub<S>> S stub(Function<Channel, S> service) {
        return stub(service, limit);
    }

    <S extends AbstractStub<S>> S stub(Function<Channel, S> service, Duration atMost) {
        return service.apply(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(credential))
                .withDeadlineAfter(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Returns the answer. @throws io.keelson.problem.ProblemException what the server says is wrong, or that it cannot be reached */
    <T> T call(Supplier<T> request) {
        try {
            return request.get();
        } catch (StatusRuntimeException e) {
            throw ProblemTrailer.decode(e, server);
        }
    }

    /** What is wrong with a stream that broke. */
    RuntimeException refused(StatusException e) {
        return ProblemTrailer.decode(new StatusRuntimeException(e.getStatus(), e.getTrailers()), server);
    }
}
