package io.keelson.cli.client;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.keelson.proto.operator.v1.BlobHeader;
import io.keelson.proto.operator.v1.BundleHeader;
import io.keelson.proto.operator.v1.PublishBundleRequest;
import io.keelson.proto.operator.v1.PublishBundleResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What is sent ahead of the blobs.
 *
 * @param manifest the bytes as they were released
 * @param sent is told how many bytes of blobs have been sent so far
 */
public record BundleUpload(byte[] manifest, LongConsumer sent) {
    private static final int CHUNK = 256 * 1024;

    /** Sends all and reads the answer; writing waits while the server is slower than the disk. */
    PublishBundleResponse send(
            BlockingClientCall<PublishBundleRequest, PublishBundleResponse> call, List<BlobUpload> blobs)
            throws StatusException {
        try {
            var header = BundleHeader.newBuilder().setManifest(UnsafeByteOperations.unsafeWrap(manifest));
            boolean open = call.write(
                    PublishBundleRequest.newBuilder().setBundle(header).build());
            long done = 0;
            for (var blob : blobs) {
                done += open ? sendBlob(call, blob, done) : 0;
            }
            call.halfClose();
            var answer = call.read();
            if (answer == null) {
                throw new IllegalStateException("the server ended the call without an answer");
            }
            return answer;
        } catch (IOException e) {
            call.cancel("the bundle cannot be read", e);
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            call.cancel("interrupted", e);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while publishing", e);
        }
    }

    /** Sends one blob; stops when the server has ended the call, whose reason the caller's read tells. */
    private long sendBlob(
            BlockingClientCall<PublishBundleRequest, PublishBundleResponse> call, BlobUpload blob, long before)
            throws IOException, InterruptedException, StatusException {
        var header = BlobHeader.newBuilder().setSha256(blob.digest().hex()).setSize(blob.size());
        boolean open =
                call.write(PublishBundleRequest.newBuilder().setBlob(header).build());
        long done = 0;
        try (var content = blob.content().open()) {
            var chunk = new byte[CHUNK];
            for (int length = content.readNBytes(chunk, 0, CHUNK);
                    open && length > 0;
                    length = content.readNBytes(chunk, 0, CHUNK)) {
                var data = UnsafeByteOperations.unsafeWrap(Arrays.copyOf(chunk, length));
                open = call.write(
                        PublishBundleRequest.newBuilder().setData(data).build());
                done += length;
                sent.accept(before + done);
            }
        }
        return done;
    }
}
