package io.keelson.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.RecordedServer;
import io.keelson.cli.context.ContextFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.ProblemReport;
import io.keelson.proto.operator.v1.PublishMetadataRequest;
import io.keelson.proto.operator.v1.RepositoryFile;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From a directory to a server that judges what it is sent. */
class PublicationTest extends CeremonyFixture {
    private RecordedServer server;
    private Path config;

    @BeforeEach
    void start() throws IOException {
        server = RecordedServer.start();
        config = server.contextIn(directory);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void released(boolean told) throws IOException {
        released();
        server.trust(
                directory.resolve("server"), Files.readAllBytes(directory.resolve("releases/metadata/1.root.json")));
        if (told) {
            done(publish());
        }
    }

    private Invocation publish() {
        return on("publish", "--config", config.toString());
    }

    private Invocation status(String... arguments) {
        return Invocation.with(
                config,
                Stream.concat(Stream.of("trust", "status"), Stream.of(arguments))
                        .toArray(String[]::new));
    }

    private List<String> sent() {
        return server.asked(PublishMetadataRequest.class).getFilesList().stream()
                .map(RepositoryFile::getPath)
                .toList();
    }

    @Test
    void theServerGetsWhatItLacksAndNothingTwice() throws IOException {
        released(false);
        done(on("floor", "1.31.0"));
        done(sign("alice"));
        done(sign("bob"));

        var first = done(publish());

        assertThat(first.lines()).hasSize(2);
        assertThat(first.lines().getFirst()).startsWith("targets/").endsWith(".floor.json published");
        assertThat(first.lines().getLast()).isEqualTo("metadata/2.targets.json published");
        assertThat(sent()).noneMatch(path -> path.contains("manifest"));
        int requests = server.asked.size();
        var second = done(publish());
        assertThat(second.out()).isEmpty();
        assertThat(second.err()).contains("The server has all of it already.");
        assertThat(server.asked.subList(requests, server.asked.size()))
                .noneMatch(PublishMetadataRequest.class::isInstance);
    }

    @Test
    void everyRootComesBeforeTheTargetsThatItsKeysHaveSigned() throws IOException {
        released(true);
        keys("dan");
        for (var keys : List.of(pubs("alice", "bob", "dan"), pubs("alice", "bob", "carol"))) {
            done(on("rotate", "root", "--keys", keys));
            done(on("rotate", "targets", "--keys", keys));
            done(sign("alice"));
            done(sign("bob"));
        }
        done(on("withdraw", "kubernetes-1.31.2-1"));
        done(sign("carol"));
        done(sign("bob"));

        done(publish());

        assertThat(sent()).containsExactly("metadata/2.root.json", "metadata/3.root.json", "metadata/2.targets.json");
        assertThat(status().out()).contains("root", "3", "2 of 3", "Released: no bundle", "Floor: none");
    }

    private Optional<Digest> rootInContext() {
        return new ContextFile(config).choose(Optional.empty()).root();
    }

    private Digest rootFile(int version) throws IOException {
        return Digest.of(Files.readAllBytes(directory.resolve("releases/metadata/" + version + ".root.json")));
    }

    private Invocation addContext(Path root) throws IOException {
        var known = server.context();
        var ca = Files.writeString(directory.resolve("server-ca.crt"), known.ca());
        var token = Files.writeString(directory.resolve("token"), known.token());
        return Invocation.with(
                config,
                "context",
                "add",
                known.name(),
                "--server",
                known.server(),
                "--ca-file",
                ca.toString(),
                "--token-file",
                token.toString(),
                "--trusted-root",
                root.toString());
    }

    @Test
    void aContextNamesTheRootThatPeopleHaveGiven() throws IOException {
        released(false);

        done(addContext(directory.resolve("releases/metadata/1.root.json")));

        assertThat(rootInContext()).contains(rootFile(1));
        assertThat(Invocation.with(config, "context", "list", "-o", "json").out())
                .contains(rootFile(1).toString());
        refused(addContext(Files.writeString(directory.resolve("no-root"), "{}")), "TRUST_METADATA_INVALID");
        refused(addContext(directory.resolve("nothing")), "CONFIGURATION_INVALID", "keelson context add --help");
        assertThat(rootInContext()).contains(rootFile(1));
    }

    @Test
    void aContextThatNamesARootNamesTheLatestOneAfterwards() throws IOException {
        released(true);
        assertThat(rootInContext()).as("nobody named one").isEmpty();
        new ContextFile(config).replace(server.context().withRoot(rootFile(1)));
        done(on("rotate", "root", "--keys", pubs("alice", "bob", "carol")));
        done(on("renew", "root"));
        done(sign("alice"));
        done(sign("bob"));

        assertThat(done(publish()).err()).contains("begin with the new root");

        assertThat(rootInContext()).contains(rootFile(2));
        assertThat(done(publish()).err()).doesNotContain("begin with the new root");
    }

    @Test
    void aRepositoryWithoutTheRootThatTheContextNamesGoesToNoServer() throws IOException {
        released(false);
        var other = server.context().withRoot(Digest.of(new byte[0]));
        new ContextFile(config).replace(other);

        refused(publish(), "TRUST_ROOT_DIFFERS", "keelson context list -o yaml");

        assertThat(server.asked).isEmpty();
        assertThat(rootInContext()).isEqualTo(other.root());
    }

    @Test
    void targetsThatTheNewKeysHaveNotSignedStayHere() throws IOException {
        released(true);
        keys("dan", "erin");
        done(on("rotate", "targets", "--keys", pubs("alice", "dan", "erin")));
        done(sign("alice"));
        assertThat(done(sign("bob")).err()).contains("root published", "Draft of targets: 1 more of dan, erin");

        refused(publish(), "TRUST_THRESHOLD_NOT_MET", "keelson trust show --repository " + path("releases"));

        done(sign("erin"));
        done(publish());
        assertThat(sent()).containsExactly("metadata/2.root.json", "metadata/2.targets.json");
    }

    @Test
    void anOlderCopyIsRefused() throws IOException {
        released(true);
        done(on("renew", "targets"));
        copy(directory.resolve("releases"), directory.resolve("older"));
        done(sign("alice"));
        done(sign("bob"));
        done(publish());

        refused(
                trust("publish", "--repository", path("older"), "--config", config.toString()),
                "TRUST_ROLLBACK",
                "the server has version 2 of targets");
    }

    @Test
    void anotherRepositoryIsRefused() throws IOException {
        released(true);
        Files.delete(directory.resolve("releases/metadata/1.root.json"));
        Files.delete(directory.resolve("releases/metadata/1.targets.json"));
        done(on(
                "init",
                "--root-keys",
                pubs("alice"),
                "--online-key",
                path("online.pub"),
                "--lab",
                "--expires",
                "100d"));
        done(sign("alice"));

        refused(publish(), "TRUST_SAME_VERSION_DIFFERS", "version 1 of root");
    }

    @Test
    void aFloorThatIsNotHereIsNotPublished() throws IOException {
        released(true);
        done(on("floor", "1.31.0"));
        done(sign("alice"));
        done(sign("bob"));
        try (var files = Files.newDirectoryStream(directory.resolve("releases/targets"), "*.floor.json")) {
            Files.delete(files.iterator().next());
        }

        refused(publish(), "TRUST_FILE_MISSING", "floor.json");
    }

    @Test
    void nothingThatEnoughHaveSignedIsNotPublished() {
        begun();

        refused(publish(), "TRUST_THRESHOLD_NOT_MET");
    }

    @Test
    void whatTheServerSaysIsShown() throws IOException {
        released(true);
        server.repositoryProblems = List.of(ProblemReport.newBuilder()
                .setCode("TRUST_EXPIRED")
                .setWhat("the targets end tomorrow")
                .setAdvice("Have them renewed.")
                .setWarning(true)
                .build());

        var text = done(status());
        assertThat(text.out())
                .contains("targets", "2 of 3", "Released: kubernetes-1.31.2-1")
                .contains("This server signs with: 0123456789ab");
        assertThat(text.err()).contains("warning TRUST_EXPIRED: the targets end tomorrow");
        assertThat(done(status("-o", "json")).out())
                .contains("\"role\" : \"targets\"", "\"bundles\" : [ \"kubernetes-1.31.2-1\" ]", "TRUST_EXPIRED");
        assertThat(done(publish()).err()).contains("warning TRUST_EXPIRED");
    }

    @Test
    void aBundleThatTheServerDoesNotKnowSaysWhatComesFirst() throws IOException {
        released(true);
        var bundle = path("bundle-1.31");
        server.refuseBundle(Problem.error(ProblemCode.TRUST_TARGET_UNKNOWN, "nobody lists it", Remedy.advise("Do.")));
        refused(
                Invocation.of("bundle", "publish", "--config", config.toString(), bundle),
                "TRUST_TARGET_UNKNOWN: nobody lists it",
                "keelson trust publish --repository DIR");

        server.refuseBundle(Problem.error(ProblemCode.BUNDLE_BELOW_FLOOR, "too low", Remedy.advise("Choose.")));
        var below = Invocation.of("bundle", "publish", "--config", config.toString(), bundle);
        assertThat(below.err())
                .contains("BUNDLE_BELOW_FLOOR: too low", "Choose.")
                .doesNotContain("trust publish");
        done(Invocation.of("bundle", "publish", "--config", config.toString(), bundle));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
