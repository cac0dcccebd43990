package io.keelson.server.store;

class InMemoryStateStoreTest extends StateStoreContract {
    private final InMemoryStateStore store = new InMemoryStateStore();

    @Override
    StateStore store() {
        return store;
    }

    @Override
    StateStore other() {
        return store;
    }

    @Override
    void forgetHistory(long revision) {
        store.forget(revision);
    }
}
