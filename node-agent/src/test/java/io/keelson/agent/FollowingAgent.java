package io.keelson.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.agent.WholeAgent.PlanEnd;
import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.Fit;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.artifact.SampleBundle;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.Plan;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.Orders;
import io.keelson.agent.session.TestDirector;
import io.keelson.agent.session.TestIntake;
import io.keelson.agent.session.TestServer;
import io.keelson.agent.session.calls.ServerLink;
import io.keelson.agent.session.calls.ServerRepository;
import io.keelson.agent.session.identity.TestIdentity;
import io.keelson.agent.session.wire.Channels;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.Revision;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.trust.release.Mirror;
import io.keelson.trust.release.Releases;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A whole agent that gets signed orders and follows a repository over real calls: one process, and for each attack a host
 * of its own that runs one bundle and is to run the next.
 */
final class FollowingAgent implements AutoCloseable {
    static final BundleName RUNNING = SampleBundle.name("1.31.4");
    static final BundleName NEXT = SampleBundle.name("1.32.1");
    static final byte[] RUNNING_MANIFEST = SampleBundle.manifest("1.31.4");
    static final byte[] NEXT_MANIFEST = SampleBundle.manifest("1.32.1");

    private static final String[] FILES = {"root.json", "timestamp.json", "snapshot.json", "targets.json"};

    private final Path root;
    private final TestServer server = new TestServer();
    private final Channels channels = new Channels();
    private final ServerLink link;
    private final WholeAgent agent;
    private final AtomicInteger news = new AtomicInteger();
    private final AcceptedOrders orders;
    private final TestIntake intake;
    private final Object repository = new Object();
    private final TrickledTime time = new TrickledTime();
    private volatile Path host;
    private volatile Mirror mirror = new Mirror(NEXT, NEXT_MANIFEST);
    private volatile ArtifactStore store;
    private long revision;
    private int hosts;

    FollowingAgent(Path root) {
        this.root = root;
        this.host = root;
        this.link = new ServerLink(
                TestIdentity.save(root.resolve("identity"), TestServer.identity(1, server.endpoint())), channels);
        this.store = open();
        this.orders = new AcceptedOrders(state());
        this.agent = new WholeAgent(root.resolve("journal"), orders::current, this::plan, () -> store.settled());
        this.intake = new TestIntake(link, orders, agent::heard, () -> {
            news.incrementAndGet();
            agent.wake();
        });
        server.files.byPath = path -> mirror.answer(path);
    }

    /** A second passes with each look, if the repository trickles. */
    private final class TrickledTime implements Pacer {
        private long nanos;

        @Override
        public synchronized long nanos() {
            nanos += mirror.trickling ? 1_000_000_000L : 0;
            return nanos;
        }

        @Override
        public synchronized void pause(Duration pause) {
            nanos += pause.toNanos();
        }
    }

    private ArtifactStore open() {
        var releases = new Releases(
                new DirectoryStore(trust()),
                ReleaseSource.REPOSITORY,
                new ServerRepository(link, time),
                () -> mirror.now);
        return new ArtifactStore(
                releases(),
                new AcceptedBundles(manifests()),
                releases,
                (blob, offset) ->
                        new ByteArrayInputStream(SampleBundle.KUBELET, (int) offset, SampleBundle.KUBELET.length),
                new Fit("linux", "amd64", "0.1.0-SNAPSHOT"),
                warning -> {});
    }

    /** The agent's plan, cut down to the step that stages the bundle; as after a start. */
    private Plan plan(NodeSpec spec, Revision of) {
        synchronized (repository) {
            store = open();
            store.manifest(spec);
            return new Plan(of, List.of(store.staged(spec)));
        }
    }

    /** A host that runs one bundle. @param before what it has seen besides */
    void begin(Consumer<Mirror> before) throws Exception {
        synchronized (repository) {
            WholeAgent.remove(host.resolve("releases"));
            host = Files.createDirectory(root.resolve("host-" + ++hosts));
            mirror = new Mirror(NEXT, NEXT_MANIFEST);
            Files.createDirectory(trust());
            Releases.initialise(new DirectoryStore(trust()), mirror.releases().root());
            mirror.releases().release(RUNNING, RUNNING_MANIFEST);
            before.accept(mirror);
        }
        assertThat(ordered(RUNNING, Digest.of(RUNNING_MANIFEST)).halted())
                .as("the first bundle")
                .isEmpty();
    }

    /** Changes what is shown, while nobody looks. */
    void change(Consumer<Mirror> change) {
        synchronized (repository) {
            change.accept(mirror);
        }
    }

    /** A good order for a bundle comes; how its plan ends. */
    PlanEnd ordered(BundleName bundle, Digest manifest) throws InterruptedException {
        intake.take(TestDirector.TRUSTED.sign(order(bundle, manifest)));
        return agent.end(revision);
    }

    /** The next bundle is ordered, as it is to be by now. */
    PlanEnd orderedNext() throws InterruptedException {
        return ordered(NEXT, Digest.of(mirror.manifest));
    }

    /** What a director would say next. */
    Order order(BundleName bundle, Digest manifest) {
        return Orders.worker(3, ++revision, bundle.value(), manifest.hex());
    }

    /** An order comes, whatever it is. */
    void take(SignedOrder order) {
        intake.take(order);
    }

    WholeAgent agent() {
        return agent;
    }

    Mirror mirror() {
        return mirror;
    }

    /** How often the loop was told of something new. */
    int news() {
        return news.get();
    }

    AcceptedOrders orders() {
        return orders;
    }

    ServerLink link() {
        return link;
    }

    Path state() {
        return root.resolve("state.json");
    }

    Path releases() {
        return host.resolve("releases");
    }

    Path manifests() {
        return host.resolve("manifests");
    }

    Path trust() {
        return host.resolve("trust");
    }

    /** What the host trusts of the repository, by file. */
    Map<String, String> trusted() throws IOException {
        return WholeAgent.snapshot(trust());
    }

    /** Whether some text is what the mirror has published of a role. */
    boolean isPublished(String file, String content) {
        var role = file.replace(".json", "");
        return mirror.repository().published.getOrDefault(role, List.of()).stream()
                .anyMatch(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8).equals(content));
    }

    static List<String> files() {
        return List.of(FILES);
    }

    @Override
    public void close() throws InterruptedException {
        agent.close();
        link.close();
        channels.close();
        server.close();
    }
}
