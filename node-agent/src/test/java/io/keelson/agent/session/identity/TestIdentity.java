package io.keelson.agent.session.identity;

import java.nio.file.Path;

/** Puts an identity on the disk as enrolment does. */
public final class TestIdentity {
    private TestIdentity() {}

    public static IdentityStore save(Path directory, Identity identity) {
        var store = new IdentityStore(directory);
        store.save(identity);
        return store;
    }
}
