package io.keelson.agent.crash;

import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.Fit;
import io.keelson.agent.artifact.SampleBundle;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.SilentActivity;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.TestIntake;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.trust.release.Mirror;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.fetch.UrlFetcher;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

/** The process that is killed: takes an order, follows the repository, accepts the bundle, installs it and settles. */
public final class AcceptanceChild {
    /** By its clock: later than what its host has seen last. */
    static final Instant NOW = Mirror.BEGIN.plusSeconds(60);

    private AcceptanceChild() {}

    /** @param words the host's directory and the order's file; the property {@code deadly} says where to stop */
    public static void main(String[] words) throws Exception {
        new CrashLoader()
                .loadClass(AcceptanceChild.class.getName())
                .getMethod("run", String.class, String.class)
                .invoke(null, words[0], words[1]);
    }

    /** The same, of the classes that pass crash points. */
    public static void run(String directory, String order) throws Exception {
        var host = Path.of(directory);
        var orders = new AcceptedOrders(host.resolve("state.json"));
        var self = new IdentityStore(host.resolve("identity")).load();
        var signed = SignedOrder.parseFrom(Files.readAllBytes(Path.of(order)));
        boolean news = TestIntake.accept(orders, signed, self);
        install(store(host), orders);
        System.out.println("passed " + CrashPoint.passed() + (news ? "" : ", the order was known"));
        System.out.flush();
    }

    private static void install(ArtifactStore store, AcceptedOrders orders) {
        var spec = orders.current().spec().orElseThrow();
        store.manifest(spec);
        var staged = store.staged(spec);
        var machine = new MemoryHost();
        if (staged.observe(machine) instanceof Needed) {
            staged.apply(machine, new SilentActivity());
        }
        store.settled();
    }

    static ArtifactStore store(Path host) {
        var repository = new Releases(
                new DirectoryStore(host.resolve("trust")),
                host.resolveSibling("repository").toUri(),
                new UrlFetcher(Duration.ofSeconds(10), 1_000),
                () -> NOW);
        return new ArtifactStore(
                host.resolve("releases"),
                new AcceptedBundles(host.resolve("manifests")),
                repository,
                (blob, offset) ->
                        new ByteArrayInputStream(SampleBundle.KUBELET, (int) offset, SampleBundle.KUBELET.length),
                new Fit("linux", "amd64", "0.1.0"),
                warning -> {});
    }
}
