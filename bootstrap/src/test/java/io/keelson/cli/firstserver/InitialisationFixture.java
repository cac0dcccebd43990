package io.keelson.cli.firstserver;

import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.RunEvent;
import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.cli.keeper.OrderFile;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A bare host in memory on which the first server is initialised. */
abstract class InitialisationFixture {
    /** Where the server says whether it works. */
    static final String READY = "http://127.0.0.1:7480/q/health/ready";

    static final FirstServer SERVER =
            new FirstServer(new NodeName("ctl-a"), new IpAddress("192.0.2.10"), List.of("ctl-a.example.org"));

    @TempDir
    Path directory;

    ReleasedSample sample;
    MemoryHost host;
    ContextFile contexts;
    Told told;

    @BeforeEach
    void prepare() throws IOException {
        sample = ReleasedSample.in(directory.resolve("sample"));
        contexts = new ContextFile(directory.resolve("config.yaml"));
        Files.createDirectories(directory.resolve("releases"));
        host = bareHost();
        told = new Told();
    }

    static MemoryHost bareHost() {
        var host = new MemoryHost();
        host.programs().succeed(List.of("id", "-u"), "0\n");
        host.programs().succeed(List.of("uname", "-m"), "x86_64\n");
        host.network().address("192.0.2.10");
        host.network()
                .answer(
                        EtcdPlanner.METRICS_URL + "/health?serializable=true&exclude=NOSPACE&exclude=CORRUPT",
                        200,
                        "{\"health\":\"true\"}");
        host.network().answer(READY, 200, "{\"status\":\"UP\"}");
        host.files().put("/usr/lib/systemd/system/keelson-server.service", "[Service]\n");
        host.files().put("/usr/lib/systemd/system/keelson-etcd-keeper.service", "[Service]\n");
        return host;
    }

    /** The server answers whoever's token it read when it was started. */
    Optional<String> ask(ServerContext context) {
        var running = host.units().state(ServerLayout.UNIT).filter(state -> state.running());
        return running.isEmpty() ? Optional.of("it does not run") : Optional.empty();
    }

    Initialisation initialisation(FirstServer server) {
        return initialisation(server, onlineKey());
    }

    Initialisation initialisation(FirstServer server, Optional<byte[]> onlineKey) {
        return new Initialisation(
                host,
                directory.resolve("journal"),
                files(),
                new PassingTime(),
                () -> FirstServerPlan.of(new FirstServerPlan.Inputs(
                        host,
                        server,
                        new OrderFile(files()).read(host),
                        files(),
                        sample.release(),
                        sample.directory().source(),
                        onlineKey,
                        contexts,
                        directory.resolve("releases"),
                        this::ask,
                        told)));
    }

    KeeperFiles files() {
        return new KeeperFiles(directory.resolve("keeper"), directory.resolve("report"));
    }

    private Optional<byte[]> onlineKey() {
        try {
            return Optional.of(Files.readAllBytes(sample.onlineKey()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<RunEvent> run() throws InterruptedException {
        var events = new ArrayList<RunEvent>();
        initialisation(SERVER).run((revision, event) -> events.add(event));
        return events;
    }

    String text(Path file) {
        return new String(host.files().read(file).orElseThrow(), StandardCharsets.UTF_8);
    }

    /** Remembers what it was sent, as a server does that runs. */
    static final class Told implements PublishedReleases.Repository {
        int sendings;

        @Override
        public Finding look(ServerContext administrator) {
            return sendings == 0 ? new Finding.Needed("nothing was sent") : new Finding.Satisfied("all was sent");
        }

        @Override
        public void send(ServerContext administrator) {
            sendings++;
        }
    }

    /** Time that passes only while somebody waits for it. */
    static final class PassingTime implements Pacer {
        private long now;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public void pause(Duration time) {
            now += time.toNanos();
        }
    }
}
