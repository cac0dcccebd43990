package io.keelson.server.secrets;

import io.keelson.server.store.Entry;

/** Entries of the store that hold a sealed secret, whoever writes them; the secret's context is the entry's key. */
public interface SealedEntries {
    /** Every key below it holds one. */
    String prefix();

    /** The sealed secret of an entry. */
    byte[] sealed(Entry entry);

    /** The entry's value with the same secret sealed in another way. */
    byte[] withSealed(Entry entry, byte[] sealed);
}
