package io.keelson.server.api;

import io.grpc.stub.StreamObserver;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.operator.v1.BlobHeader;
import io.keelson.proto.operator.v1.BundleHeader;
import io.keelson.proto.operator.v1.PublishBundleRequest;
import io.keelson.proto.operator.v1.PublishBundleResponse;
import io.keelson.release.Digest;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.VerifiedManifest;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Receives a bundle. People must have released its manifest before a byte is kept; each blob is stored as it comes. gRPC calls
 * this from one thread at a time and sends for the next message when a call returns: that is the backpressure.
 */
final class BundleReceiver implements StreamObserver<PublishBundleRequest> {
    private final BundleCatalog catalog;
    private final String operator;
    private final StreamObserver<PublishBundleResponse> caller;
    private Optional<Incoming> bundle = Optional.empty();
    private Optional<Storing> blob = Optional.empty();
    private boolean over;

    BundleReceiver(BundleCatalog catalog, String operator, StreamObserver<PublishBundleResponse> caller) {
        this.catalog = catalog;
        this.operator = operator;
        this.caller = caller;
    }

    private record Incoming(VerifiedManifest manifest, BundleHeader header) {}

    private record Storing(BlobPipe pipe, CompletableFuture<Void> stored) {
        /** Waits until all is stored, or says why not. */
        void finish() {
            pipe.end();
            try {
                stored.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof RuntimeException cause) {
                    throw cause;
                }
                throw e;
            }
        }
    }

    @Override
    public void onNext(PublishBundleRequest message) {
        if (over) {
            return;
        }
        try {
            switch (message.getBodyCase()) {
                case BUNDLE -> begin(message.getBundle());
                case BLOB -> blob(message.getBlob());
                case DATA -> {
                    var storing = blob.orElseThrow(() -> outOfOrder("bytes that belong to no blob"));
                    storing.pipe().put(message.getData().toByteArray());
                    if (storing.stored().isCompletedExceptionally()) {
                        storing.finish();
                    }
                }
                case BODY_NOT_SET -> throw outOfOrder("an empty message");
            }
        } catch (RuntimeException e) {
            refuse(e);
        }
    }

    private void begin(BundleHeader header) {
        if (bundle.isPresent()) {
            throw outOfOrder("a second manifest");
        }
        var manifest = catalog.check(header.getManifest().toByteArray());
        bundle = Optional.of(new Incoming(manifest, header));
    }

    private void blob(BlobHeader header) {
        var incoming = bundle.orElseThrow(() -> outOfOrder("a blob before the manifest"));
        blob.ifPresent(Storing::finish);
        blob = Optional.empty();
        var digest = digest(header.getSha256());
        var pipe = new BlobPipe();
        var stored = new CompletableFuture<Void>();
        Thread.ofVirtual().name("blob " + digest.abbreviated()).start(() -> {
            try (pipe) {
                catalog.receive(incoming.manifest(), digest, pipe);
                stored.complete(null);
            } catch (RuntimeException e) {
                stored.completeExceptionally(e);
            }
        });
        blob = Optional.of(new Storing(pipe, stored));
    }

    static Digest digest(String hex) {
        try {
            return new Digest(hex);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.RESOURCE_INVALID,
                            "'" + Printable.of(hex) + "' is no SHA-256 digest",
                            Remedy.advise("Name blobs by 64 lower-case hexadecimal digits.")),
                    e);
        }
    }

    @Override
    public void onCompleted() {
        if (over) {
            return;
        }
        try {
            blob.ifPresent(Storing::finish);
            var header = bundle.orElseThrow(() -> outOfOrder("no manifest")).header();
            var published = catalog.publish(operator, header.getManifest().toByteArray());
            over = true;
            caller.onNext(PublishBundleResponse.newBuilder()
                    .setName(published.manifest().name().value())
                    .setManifestSha256(published.digest().hex())
                    .build());
            caller.onCompleted();
        } catch (RuntimeException e) {
            refuse(e);
        }
    }

    /** The publisher went away. */
    @Override
    public void onError(Throwable failure) {
        over = true;
        abandon(failure);
    }

    private void refuse(RuntimeException e) {
        over = true;
        abandon(e);
        caller.onError(ProblemStatus.of(e));
    }

    private void abandon(Throwable why) {
        blob.ifPresent(storing -> storing.pipe().fail(new IOException("the publisher's stream ended", why)));
    }

    private static RuntimeException outOfOrder(String what) {
        return Problem.error(
                        ProblemCode.RESOURCE_INVALID,
                        "the publisher sent " + what,
                        Remedy.advise("Publish with the command of this release.", "keelson bundle publish"))
                .asException();
    }
}
