package io.keelson.trust.tuf.client;

import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.tuf.key.KeyIds;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.MetadataReader;
import io.keelson.trust.tuf.metadata.Root;
import io.keelson.trust.tuf.metadata.SignedDocument;
import io.keelson.trust.tuf.metadata.SizeLimits;
import io.keelson.trust.tuf.metadata.Snapshot;
import io.keelson.trust.tuf.metadata.Targets;
import io.keelson.trust.tuf.metadata.Timestamp;

/**
 * How one kind of metadata is read.
 *
 * @param atMost bytes that are fetched and read, whatever is listed
 */
record Kind<M extends Metadata>(int atMost, Reader<M> reader) {
    static final Kind<Root> ROOT = new Kind<>(SizeLimits.ROOT, MetadataReader::root);
    static final Kind<Timestamp> TIMESTAMP =
            new Kind<>(SizeLimits.TIMESTAMP, (document, ids) -> MetadataReader.timestamp(document));
    static final Kind<Snapshot> SNAPSHOT =
            new Kind<>(SizeLimits.SNAPSHOT, (document, ids) -> MetadataReader.snapshot(document));
    static final Kind<Targets> TARGETS = new Kind<>(SizeLimits.TARGETS, MetadataReader::targets);

    /** Gives the signed fields their meaning. */
    @FunctionalInterface
    interface Reader<M> {
        M read(SignedDocument document, KeyIds ids) throws InvalidJson;
    }

    Candidate<M> read(String name, byte[] bytes, KeyIds ids) throws InvalidJson {
        var document = SignedDocument.read(bytes, atMost);
        return new Candidate<>(name, bytes, document, reader.read(document, ids));
    }
}
