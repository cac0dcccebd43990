package io.keelson.agent.host;

import com.google.protobuf.CodedOutputStream;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.keelson.trust.pki.TlsContext;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Writes keys into a member, which no agent does: calls that are no part of what the agent knows of etcd's API. */
public final class EtcdWriter implements AutoCloseable {
    private final ManagedChannel channel;

    public EtcdWriter(Etcd.Member member) {
        var address = URI.create(member.clientUrl());
        channel = OkHttpChannelBuilder.forAddress(address.getHost(), address.getPort())
                .sslSocketFactory(new TlsContexts().verified(member.tls()).getSocketFactory())
                .tlsConnectionSpec(TlsContext.protocols(), TlsContext.ciphers())
                .build();
    }

    /** @throws StatusRuntimeException RESOURCE_EXHAUSTED if the database is full */
    public void put(String key, byte[] value) {
        call("KV/Put", out -> {
            out.writeByteArray(1, key.getBytes(StandardCharsets.UTF_8));
            out.writeByteArray(2, value);
        });
    }

    public void delete(String key) {
        call("KV/DeleteRange", out -> out.writeByteArray(1, key.getBytes(StandardCharsets.UTF_8)));
    }

    /** Forgets what was written before a revision, and waits until it is gone. */
    public void compact(long revision) {
        call("KV/Compact", out -> {
            out.writeInt64(1, revision);
            out.writeBool(2, true);
        });
    }

    private interface Request {
        void write(CodedOutputStream out) throws IOException;
    }

    private void call(String method, Request request) {
        var bytes = new ByteArrayOutputStream();
        try {
            var out = CodedOutputStream.newInstance(bytes);
            request.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var descriptor = MethodDescriptor.<byte[], byte[]>newBuilder(new Raw(), new Raw())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName("etcdserverpb." + method)
                .build();
        var unused = ClientCalls.blockingUnaryCall(
                channel, descriptor, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS), bytes.toByteArray());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private static final class Raw implements MethodDescriptor.Marshaller<byte[]> {
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
}
