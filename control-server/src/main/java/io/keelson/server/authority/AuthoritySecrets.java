package io.keelson.server.authority;

import io.keelson.server.secrets.SealedEntries;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import java.util.Base64;

/** The private keys of the authorities for servers and hosts as they are stored. */
public final class AuthoritySecrets implements SealedEntries {
    /**
     * The stored form, version 1.
     *
     * @param sealed PKCS #8 PEM in a sealed box, base64; bound to its key in the store
     */
    private record StoredKey(String sealed) {}

    @Override
    public String prefix() {
        return Keys.AUTHORITY_KEYS;
    }

    @Override
    public byte[] sealed(Entry entry) {
        return Base64.getDecoder().decode(Json.read(entry, StoredKey.class).sealed());
    }

    @Override
    public byte[] withSealed(Entry entry, byte[] sealed) {
        return stored(sealed);
    }

    static byte[] stored(byte[] sealed) {
        return Json.write(new StoredKey(Base64.getEncoder().encodeToString(sealed)));
    }
}
