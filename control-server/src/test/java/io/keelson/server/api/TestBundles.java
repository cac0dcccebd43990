package io.keelson.server.api;

import io.keelson.server.content.BundleCatalog;
import io.keelson.server.content.TestBundle;
import io.keelson.server.repository.ReleasePeople;
import io.keelson.server.repository.TestRepository;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;

/** Bundles with one small file, and the people who release them. */
final class TestBundles {
    final ReleasePeople people;
    private final TestRepository repository;

    TestBundles(ReleasePeople people, TestRepository repository) {
        this.people = people;
        this.repository = repository;
    }

    /** A bundle that nobody has released. */
    TestBundle build(String name, String version, byte[] content) {
        return new TestBundle(name, version, content);
    }

    /** A bundle that is released, and not published yet. */
    TestBundle release(String name, String version, byte[] content) {
        var bundle = build(name, version, content);
        repository.release(people, bundle.bundle(), bundle.manifest);
        return bundle;
    }

    void withdraw(TestBundle bundle) {
        repository.publish(people.withdraw(bundle.bundle()));
    }

    TestBundle publish(BundleCatalog catalog, String name, String version) {
        var bundle = release(name, version, ("kubelet " + version).getBytes(StandardCharsets.UTF_8));
        var verified = catalog.check(bundle.manifest);
        catalog.receive(verified, bundle.digest, new ByteArrayInputStream(bundle.blob));
        catalog.publish("test", bundle.manifest);
        return bundle;
    }
}
