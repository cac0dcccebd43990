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
        return release(build(name, version, content));
    }

    private TestBundle release(TestBundle bundle) {
        repository.release(people, bundle.bundle(), bundle.manifest);
        return bundle;
    }

    void withdraw(TestBundle bundle) {
        repository.publish(people.withdraw(bundle.bundle()));
    }

    TestBundle publish(BundleCatalog catalog, String name, String version) {
        return publish(catalog, release(name, version, ("kubelet " + version).getBytes(StandardCharsets.UTF_8)));
    }

    /** One of Kubernetes 1.20.2 that differs from others in its etcd only. */
    TestBundle publishEtcd(BundleCatalog catalog, String name, String etcd) {
        var content = "kubelet 1.20.2".getBytes(StandardCharsets.UTF_8);
        return publish(catalog, release(new TestBundle(name, "1.20.2", etcd, content)));
    }

    private static TestBundle publish(BundleCatalog catalog, TestBundle bundle) {
        var verified = catalog.check(bundle.manifest);
        catalog.receive(verified, bundle.digest, new ByteArrayInputStream(bundle.blob));
        catalog.publish("test", bundle.manifest);
        return bundle;
    }
}
