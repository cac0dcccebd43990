package io.keelson.trust.tuf.key;

/** Where the id of a key comes from. Whichever it is, one key value counts once towards a threshold. */
public enum KeyIds {
    /** SHA-256 of the key's canonical JSON (TUF 1.0 section 4.2); a document that says otherwise is refused. */
    RECOMPUTED,
    /** Whatever the document that names the key says (TAP 12). */
    AS_DECLARED
}
