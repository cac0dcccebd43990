package io.keelson.server.clusterpki;

import io.keelson.server.secrets.SealedEntries;
import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import java.util.Base64;

/** The private keys of all clusters as they are stored. */
public final class PkiSecrets implements SealedEntries {
    /**
     * The stored form, version 1.
     *
     * @param open PEM that anybody may see
     * @param sealed PKCS #8 PEM in a sealed box, base64; bound to its key in the store
     */
    record StoredMaterial(String open, String sealed) {}

    @Override
    public String prefix() {
        return Keys.PKI;
    }

    @Override
    public byte[] sealed(Entry entry) {
        return Base64.getDecoder().decode(read(entry).sealed());
    }

    @Override
    public byte[] withSealed(Entry entry, byte[] sealed) {
        return stored(read(entry).open(), sealed);
    }

    static StoredMaterial read(Entry entry) {
        return Json.read(entry, StoredMaterial.class);
    }

    static byte[] stored(String open, byte[] sealed) {
        return Json.write(new StoredMaterial(open, Base64.getEncoder().encodeToString(sealed)));
    }
}
