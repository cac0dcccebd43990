package io.keelson.trust.tuf.client;

import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.SignedDocument;

/** Metadata that was read; whether it is trusted is for the steps to say. */
final class Candidate<M extends Metadata> {
    private final String name;
    private final byte[] bytes;
    private final SignedDocument document;
    private final M metadata;

    /** @param bytes as fetched; not copied, and not changed by anybody */
    Candidate(String name, byte[] bytes, SignedDocument document, M metadata) {
        this.name = name;
        this.bytes = bytes;
        this.document = document;
        this.metadata = metadata;
    }

    /** For messages. */
    String name() {
        return name;
    }

    byte[] bytes() {
        return bytes;
    }

    SignedDocument document() {
        return document;
    }

    M metadata() {
        return metadata;
    }

    long version() {
        return metadata.version();
    }
}
