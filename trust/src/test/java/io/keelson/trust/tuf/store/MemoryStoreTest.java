package io.keelson.trust.tuf.store;

class MemoryStoreTest extends MetadataStoreContract {
    private final MemoryStore store = new MemoryStore();

    @Override
    MetadataStore store() {
        return store;
    }
}
