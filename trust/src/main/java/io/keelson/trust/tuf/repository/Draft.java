package io.keelson.trust.tuf.repository;

import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.metadata.Metadata;
import io.keelson.trust.tuf.metadata.MetadataWriter;
import io.keelson.trust.tuf.metadata.SignedDocument;
import io.keelson.trust.tuf.metadata.SizeLimits;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;

/**
 * Metadata on its way to enough signatures. Its {@link #bytes()} can be carried to whoever signs next, on a machine without
 * network if need be, and come back by {@link #read}. A value: signing gives another draft.
 */
public final class Draft {
    private final RoleName role;
    private final SignedDocument document;

    private Draft(RoleName role, SignedDocument document) {
        this.role = role;
        this.document = document;
    }

    /** Metadata that nobody has signed. */
    static Draft of(RoleName role, Metadata metadata) {
        return new Draft(role, MetadataWriter.document(metadata));
    }

    /** Metadata as somebody has signed it. */
    static Draft of(RoleName role, SignedDocument document) {
        return new Draft(role, document);
    }

    /**
     * A draft that was carried.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_METADATA_INVALID}
     */
    public static Draft read(RoleName role, byte[] bytes) {
        try {
            return new Draft(role, SignedDocument.read(bytes, SizeLimits.of(role)));
        } catch (InvalidJson e) {
            throw TufRefusal.invalid("the draft of " + role.fileName(), e);
        }
    }

    /** Which role's metadata this is. */
    public RoleName role() {
        return role;
    }

    /** The version of what it says. @throws io.keelson.problem.ProblemException {@code TRUST_METADATA_INVALID} */
    public long version() {
        return Published.metadata(this).version();
    }

    /** Until when it is valid. @throws io.keelson.problem.ProblemException {@code TRUST_METADATA_INVALID} */
    public Instant expires() {
        return Published.metadata(this).expires();
    }

    /** With one more signature. Whether the signer is one of the role's is asked when the draft is published. */
    public Draft signedBy(TufSigner signer) {
        return new Draft(role, document.with(signer.key().id(), signer.sign(document.canonical())));
    }

    /**
     * What it says.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_METADATA_INVALID} if it cannot be understood as a whole
     */
    public Metadata metadata() {
        return Published.metadata(this);
    }

    /** Whether another draft says exactly the same, whoever has signed either. */
    public boolean saysTheSameAs(Draft other) {
        return role.equals(other.role) && Arrays.equals(document.canonical(), other.document.canonical());
    }

    /**
     * With the signatures of another draft, which says the same.
     *
     * @throws IllegalArgumentException if it says something else
     */
    public Draft withSignaturesOf(Draft other) {
        if (!saysTheSameAs(other)) {
            throw new IllegalArgumentException("another draft of " + role);
        }
        var all = document;
        for (var signature : other.document.signatures().entrySet()) {
            all = all.with(signature.getKey(), signature.getValue());
        }
        return new Draft(role, all);
    }

    /** As nobody has signed it. */
    public Draft unsigned() {
        return new Draft(role, new SignedDocument(document.signed(), Map.of()));
    }

    /** As a file. */
    public byte[] bytes() {
        return document.bytes();
    }

    SignedDocument document() {
        return document;
    }
}
