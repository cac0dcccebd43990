package io.keelson.cli.firstserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keelson.agent.etcd.EtcdPlanner;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.MemoryHost;
import io.keelson.agent.plan.Pacer;
import io.keelson.agent.plan.RunEvent;
import io.keelson.agent.plan.RunListener;
import io.keelson.cli.context.ContextFile;
import io.keelson.cli.context.ServerContext;
import io.keelson.cli.firstserver.Initialisation.Foreseen;
import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.release.Digest;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialisationTest {
    private static final FirstServer SERVER =
            new FirstServer(new NodeName("ctl-a"), new IpAddress("192.0.2.10"), List.of("ctl-a.example.org"));

    @TempDir
    Path directory;

    private SignedSample sample;
    private MemoryHost host;
    private ContextFile contexts;

    @BeforeEach
    void prepare() throws IOException {
        sample = SignedSample.in(directory.resolve("bundle"));
        contexts = new ContextFile(directory.resolve("config.yaml"));
        Files.createDirectories(directory.resolve("releases"));
        host = bareHost();
    }

    private static MemoryHost bareHost() {
        var host = new MemoryHost();
        host.programs().succeed(List.of("id", "-u"), "0\n");
        host.programs().succeed(List.of("uname", "-m"), "x86_64\n");
        host.network().address("192.0.2.10");
        host.network().answer(EtcdPlanner.METRICS_URL + "/health", 200, "{\"health\":\"true\"}");
        host.files().put("/usr/lib/systemd/system/keelson-server.service", "[Service]\n");
        return host;
    }

    /** The server answers whoever's token it read when it was started. */
    private Optional<String> ask(ServerContext context) {
        var running = host.units().state(ServerLayout.UNIT).filter(state -> state.running());
        return running.isEmpty() ? Optional.of("it does not run") : Optional.empty();
    }

    private Initialisation initialisation(FirstServer server) {
        return new Initialisation(
                host,
                directory.resolve("journal"),
                new PassingTime(),
                FirstServerPlan.of(new FirstServerPlan.Inputs(
                        server,
                        sample.verified(),
                        sample.directory().source(),
                        sample.key(),
                        contexts,
                        directory.resolve("releases"),
                        this::ask)));
    }

    private List<RunEvent> run() throws InterruptedException {
        var events = new ArrayList<RunEvent>();
        initialisation(SERVER).run((revision, event) -> events.add(event));
        return events;
    }

    private String text(Path file) {
        return new String(host.files().read(file).orElseThrow(), StandardCharsets.UTF_8);
    }

    private void refused(ProblemCode code) {
        refused(code, SERVER);
    }

    private void refused(ProblemCode code, FirstServer server) {
        int before = host.files().writes();
        assertThatThrownBy(() -> initialisation(server).run((revision, event) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(code));
        assertThat(host.files().writes()).as("nothing is changed").isEqualTo(before);
        assertThat(directory.resolve("releases")).isEmptyDirectory();
    }

    @Test
    void bareHostBecomesTheFirstServer() throws Exception {
        run();

        assertThat(directory.resolve("releases/kubernetes-1.20.2-1/bin/etcd")).isExecutable();
        assertThat(host.units().calls())
                .containsSubsequence("enable keelson-etcd.service", "enable keelson-server.service");
        assertThat(host.units().state("keelson-etcd.service").orElseThrow().running())
                .isTrue();
        assertThat(host.units().state("keelson-server.service").orElseThrow().running())
                .isTrue();
        assertThat(text(ServerLayout.MAIN_FILE))
                .contains("name: ctl-a", "advertise-address: 192.0.2.10", "endpoints: https://192.0.2.10:2379");
    }

    @Test
    void serversSecretsAreForTheServerOnly() throws Exception {
        run();

        for (var secret : List.of(
                ServerLayout.PKI.resolve("ca.key"),
                ServerLayout.PKI.resolve("server.key"),
                ServerLayout.ETCD_CLIENT.resolve("client.key"),
                ServerLayout.SECRETS_KEY,
                ServerLayout.OPERATORS)) {
            assertThat(host.files().access(secret)).as(secret.toString()).contains(Access.SECRET);
            assertThat(host.files().owner(secret)).as(secret.toString()).contains("keelson");
        }
        for (var secret : List.of("ca.key", "server.key", "peer.key")) {
            var file = ServerLayout.ETCD_PKI.resolve("etcd").resolve(secret);
            assertThat(host.files().access(file)).as(secret).contains(Access.SECRET);
            assertThat(host.files().owner(file)).as(secret).contains("root");
        }
    }

    @Test
    void certificatesNameTheServerAndAreItsAuthoritys() throws Exception {
        run();

        var authority = CertificateAuthority.load(
                host.files().read(ServerLayout.PKI.resolve("ca.crt")).orElseThrow(),
                host.files().read(ServerLayout.PKI.resolve("ca.key")).orElseThrow());
        var certificate = Pem.certificates(host.files()
                        .read(ServerLayout.PKI.resolve("server.crt"))
                        .orElseThrow())
                .getFirst();
        certificate.verify(authority.certificate().getPublicKey());
        assertThat(certificate.getSubjectAlternativeNames())
                .extracting(entry -> String.valueOf(entry.get(1)))
                .containsExactlyInAnyOrder("192.0.2.10", "ctl-a.example.org", "keelson-server");
    }

    @Test
    void administratorHoldsATokenOfWhichTheServerKnowsOnlyTheHash() throws Exception {
        run();

        var context = contexts.choose(Optional.empty());
        assertThat(context.server()).isEqualTo("192.0.2.10:7443");
        assertThat(text(ServerLayout.OPERATORS))
                .contains("name: admin")
                .contains(Digest.of(context.token().getBytes(StandardCharsets.UTF_8))
                        .hex())
                .doesNotContain(context.token());
        assertThat(context.ca()).isEqualTo(text(ServerLayout.PKI.resolve("ca.crt")));
    }

    @Test
    void secondRunSkipsEverything() throws Exception {
        run();
        int writes = host.files().writes();
        var calls = host.units().calls();

        var again = run();

        assertThat(again)
                .hasAtLeastOneElementOfType(RunEvent.StepSkipped.class)
                .doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
        assertThat(host.files().writes()).isEqualTo(writes);
        assertThat(host.units().calls()).isEqualTo(calls);
    }

    @Test
    void goesOnAfterACrashBeforeAndAfterEveryEffect() throws Exception {
        int steps = initialisation(SERVER).foresee().size();
        for (int step = 0; step < steps; step++) {
            for (var moment : List.of(RunEvent.StepStarted.class, RunEvent.StepDone.class)) {
                prepareAnew(step + moment.getSimpleName());
                boolean crashed = crashAt(step, moment);
                var authority = host.files().read(ServerLayout.PKI.resolve("ca.crt"));
                var secret = host.files().read(ServerLayout.SECRETS_KEY);

                run();

                authority.ifPresent(before -> assertThat(text(ServerLayout.PKI.resolve("ca.crt")))
                        .isEqualTo(new String(before, StandardCharsets.UTF_8)));
                secret.ifPresent(before -> assertThat(text(ServerLayout.SECRETS_KEY))
                        .isEqualTo(new String(before, StandardCharsets.UTF_8)));
                assertThat(run())
                        .as("crashed: %s at %s of step %s", crashed, moment.getSimpleName(), step)
                        .doesNotHaveAnyElementsOfTypes(RunEvent.StepStarted.class);
            }
        }
    }

    private void prepareAnew(String name) throws IOException {
        directory = Files.createDirectories(directory.resolve("again-" + name));
        Files.createDirectories(directory.resolve("releases"));
        contexts = new ContextFile(directory.resolve("config.yaml"));
        host = bareHost();
    }

    /** Ends the run as a killed process would, when that many steps have come to that moment. */
    private boolean crashAt(int step, Class<? extends RunEvent> moment) throws InterruptedException {
        var seen = new int[1];
        RunListener killer = (revision, event) -> {
            if (moment.isInstance(event) && seen[0]++ == step) {
                throw new Killed();
            }
        };
        try {
            initialisation(SERVER).run(killer);
            return false;
        } catch (Killed e) {
            return true;
        }
    }

    /** Time that passes only while somebody waits for it. */
    private static final class PassingTime implements Pacer {
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

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @Test
    void lostContextGetsANewTokenAndTheOldOneEnds() throws Exception {
        run();
        var old = contexts.choose(Optional.empty());
        Files.delete(contexts.path());

        run();

        var fresh = contexts.choose(Optional.empty());
        assertThat(fresh.token()).isNotEqualTo(old.token());
        assertThat(text(ServerLayout.OPERATORS))
                .doesNotContain(
                        Digest.of(old.token().getBytes(StandardCharsets.UTF_8)).hex());
    }

    @Test
    void otherOperatorsStay() throws Exception {
        run();
        Operators.read(host).with("bea", Digest.of(new byte[] {1})).write(host);
        Files.delete(contexts.path());

        run();

        assertThat(text(ServerLayout.OPERATORS)).contains("name: bea", "name: admin");
    }

    @Test
    void secondServerOnTheSameHostIsRefused() throws Exception {
        run();
        var other = new FirstServer(new NodeName("ctl-b"), new IpAddress("192.0.2.10"), List.of());
        int writes = host.files().writes();

        assertThatThrownBy(() -> initialisation(other).run((revision, event) -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_ALREADY_INITIALISED));
        assertThat(host.files().writes()).isEqualTo(writes);
    }

    @Test
    void lostAuthorityIsNeverReplaced() throws Exception {
        run();
        host.files().remove(ServerLayout.PKI.resolve("ca.key"));

        assertThatThrownBy(this::run).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().code()).isEqualTo(ProblemCode.SERVER_ALREADY_INITIALISED);
            assertThat(e.problem().remedy().advice()).contains("backup");
        });
    }

    @Test
    void whoIsNotRootIsRefused() {
        host.programs().succeed(List.of("id", "-u"), "1000\n");
        refused(ProblemCode.HOST_PREREQUISITE_MISSING);
    }

    @Test
    void takenPortIsRefused() {
        host.network().listen(7443, "nginx/42");
        refused(ProblemCode.HOST_PORT_TAKEN);
    }

    @Test
    void addressOfAnotherHostIsRefused() {
        refused(
                ProblemCode.CONFIGURATION_INVALID,
                new FirstServer(new NodeName("ctl-a"), new IpAddress("192.0.2.99"), List.of()));
    }

    @Test
    void wrongArchitectureIsRefused() {
        host.programs().succeed(List.of("uname", "-m"), "aarch64\n");
        refused(ProblemCode.BUNDLE_WRONG_ARCHITECTURE);
    }

    @Test
    void fullDiskIsRefused() {
        host.files().usable(1 << 20);
        refused(ProblemCode.HOST_DISK_FULL);
    }

    @Test
    void missingPackageIsRefused() {
        host.files().remove(Path.of("/usr/lib/systemd/system/keelson-server.service"));
        refused(ProblemCode.HOST_PREREQUISITE_MISSING);
    }

    @Test
    void dryRunChangesNothingAndNamesThePointsOfNoReturn() {
        int before = host.files().writes();

        var foreseen = initialisation(SERVER).foresee();

        assertThat(host.files().writes()).isEqualTo(before);
        assertThat(contexts.path()).doesNotExist();
        assertThat(foreseen)
                .filteredOn(step -> !step.finality().isEmpty())
                .extracting(Foreseen::step)
                .containsExactlyInAnyOrder("server.authority", "server.secrets-key", "etcd.authority", "etcd.identity");
    }
}
