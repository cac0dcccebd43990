package io.keelson.server.secrets;

import io.keelson.server.store.Entry;
import io.keelson.server.store.Json;
import io.keelson.server.store.Keys;
import io.keelson.trust.secret.SecretKeyId;
import java.util.List;

/** What this package stores, and in which form. */
final class SecretsRecords {
    static final String ACTIVE = Keys.SECRETS + "rotation";
    static final String SERVERS = Keys.secretKeys("");

    private SecretsRecords() {}

    /** The stored form of {@link ActiveKey}, version 1. */
    record StoredRotation(String active, List<String> former, boolean encryptAnew, boolean encryptAnewNext) {}

    /** The stored form of {@link ServerKeys}, version 1. */
    record StoredKeys(
            List<String> inFile, List<String> inMemory, String source, String problem, List<String> damaged) {}

    static ActiveKey active(Entry entry) {
        var stored = Json.read(entry, StoredRotation.class);
        return new ActiveKey(
                new SecretKeyId(stored.active()), ids(stored.former()), stored.encryptAnew(), stored.encryptAnewNext());
    }

    static byte[] bytes(ActiveKey active) {
        return Json.write(new StoredRotation(
                active.key().hex(), texts(active.former()), active.encryptAnew(), active.encryptAnewNext()));
    }

    static ServerKeys keys(Entry entry) {
        var stored = Json.read(entry, StoredKeys.class);
        return new ServerKeys(
                entry.name(SERVERS),
                ids(stored.inFile()),
                ids(stored.inMemory()),
                ServerKeys.Source.valueOf(stored.source()),
                stored.problem(),
                stored.damaged());
    }

    static byte[] bytes(ServerKeys keys) {
        return Json.write(new StoredKeys(
                texts(keys.inFile()), texts(keys.inMemory()), keys.source().name(), keys.problem(), keys.damaged()));
    }

    private static List<SecretKeyId> ids(List<String> texts) {
        return texts.stream().map(SecretKeyId::new).toList();
    }

    private static List<String> texts(List<SecretKeyId> ids) {
        return ids.stream().map(SecretKeyId::hex).toList();
    }
}
