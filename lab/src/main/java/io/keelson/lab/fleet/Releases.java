package io.keelson.lab.fleet;

import io.keelson.lab.host.ExecResult;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A fleet's own copy of the release repository, on the lab's own machine, and its way to the server. People sign here, as
 * they would on machines of their own; what they have published is carried to the server's host.
 */
public final class Releases {
    /** Where the copy lies on the server's host. */
    private static final String CARRIED = "/root/releases";

    /** Longer than any lab, so that what is kept in its cache does not expire. */
    private static final String LIFETIME = "3650d";

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final KeelsonTool cli;
    private final People people;
    private final Path directory;
    private final Supplier<LabHost> server;

    Releases(KeelsonTool cli, People people, Path directory, Supplier<LabHost> server) {
        this.cli = cli;
        this.people = people;
        this.directory = directory;
        this.server = server;
    }

    /** Makes a repository that releases a bundle, by two of three people. */
    static void begin(KeelsonTool cli, People people, Path directory, Path bundle) {
        var repository = new Releases(cli, people, directory, () -> {
            throw new IllegalStateException("there is no server yet");
        });
        repository.trust(
                "init",
                "--root-keys",
                people.pubs(People.RELEASERS),
                "--online-key",
                people.pub(People.ONLINE).toString(),
                "--expires",
                LIFETIME);
        repository.trust("add", "--expires", LIFETIME, bundle.toString());
        repository.sign("alice", "bob");
    }

    /** The repository's directory. */
    public Path directory() {
        return directory;
    }

    /** Who signs. */
    public People people() {
        return people;
    }

    /** Runs {@code keelson trust COMMAND} on the repository; it must succeed. */
    public String trust(String command, String... arguments) {
        var all = new ArrayList<>(List.of("trust", command, "--repository", directory.toString()));
        all.addAll(List.of(arguments));
        return cli.must(all.toArray(String[]::new));
    }

    /** Makes a person's key. */
    public void addPerson(String name) {
        people.make(name, cli, "--passphrase-file", people.passphrase().toString());
    }

    /** Makes a key for a server. */
    public void addServerKey(String name) {
        people.make(name, cli, "--no-passphrase");
    }

    /** These people sign all drafts that they may sign. */
    public void sign(String... names) {
        for (var name : names) {
            trust(
                    "sign",
                    "--key",
                    people.key(name).toString(),
                    "--passphrase-file",
                    people.passphrase().toString(),
                    "--yes");
        }
    }

    /** Brings what is published here to the server; it must take it. */
    public void publish() {
        var result = tryPublish();
        if (!result.ok()) {
            throw new LabException("keelson trust publish failed: " + result.stderr());
        }
    }

    /** Brings what is published here to the server. */
    public ExecResult tryPublish() {
        carry();
        return server.get().exec("keelson", "trust", "publish", "--repository", CARRIED);
    }

    /** Brings the repository to the server's host, and nothing to the server. @return where it lies there */
    public String carry() {
        var archive = directory.resolveSibling("releases.tar");
        new Tool(directory, directory.resolveSibling("releases-tar.log"), Map.of())
                .must(LIMIT, List.of("tar", "-cf", archive.toString(), "--exclude=.lock", "."));
        server.get().copyTo(archive, CARRIED + ".tar");
        server.get()
                .mustShell("rm -rf " + CARRIED + " && mkdir " + CARRIED + " && tar -xf " + CARRIED + ".tar -C "
                        + CARRIED + " --no-same-owner && rm " + CARRIED + ".tar");
        return CARRIED;
    }

    /** Whether the directory holds a repository. */
    boolean exists() {
        return Files.isDirectory(directory.resolve("metadata"));
    }
}
