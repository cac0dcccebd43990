package io.keelson.agent;

import io.keelson.agent.Arguments.UsageException;
import io.keelson.agent.daemon.Daemon;
import io.keelson.agent.daemon.LogLines;
import io.keelson.agent.session.identity.AgentDirectory;
import io.keelson.problem.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code keelson-agent}. Exit codes: 0 done, 1 a problem (printed with its remedy), 64 the command line is wrong. */
public final class Main {
    private static final int OK = 0;
    private static final int PROBLEM = 1;
    private static final int USAGE = 64;

    private static final Map<String, Set<String>> COMMANDS = Map.of(
            "run", Set.of(),
            "join", Set.of("--server", "--token-file", "--trusted-root", "--hostname", "--zone", "--address"),
            "status", Set.of(),
            "verify", Set.of(),
            "version", Set.of());

    private static final String HELP = """
            Usage: keelson-agent COMMAND

            Makes this host what its control server wants it to be.

            Commands:
              run       Run the agent until it is told to stop; systemd does this.
              join      Enrol this host, once.
                          --server HOST:7443   the control server
                          --token-file FILE    a join token; - reads it from standard input
                          --trusted-root FILE  root metadata of the release repository that this host is to follow,
                                               whatever the server says (default: /etc/keelson/agent/root.json if it
                                               is there, else what the server says)
                          --hostname NAME      the host's name in the fleet (default: the kernel's)
                          --zone NAME          its failure domain: rack, room (default: "default")
                          --address IP         where other hosts reach it (default: by the route to the server)
              status    Show identity, last order, what is trusted, and how far this host is. Asks no server.
              verify    Read every byte of the ordered bundle and compare it with its manifest. The agent does so by
                        itself at each start.
              version   Show the agent's version.

            Exit codes: 0 done, 1 a problem, 64 wrong usage.
            """;

    private final AgentDirectory directory;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    Main(AgentDirectory directory, InputStream in, PrintStream out, PrintStream err) {
        this.directory = directory;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] words) {
        LogLines.install(System.getenv());
        // Elsewhere only while packages are built: the agent is run once, so that what it starts with is known.
        var directory = Optional.ofNullable(System.getProperty("keelson.agent.directory"))
                .map(elsewhere -> new AgentDirectory(Path.of(elsewhere)))
                .orElse(AgentDirectory.STANDARD);
        System.exit(new Main(directory, System.in, System.out, System.err).run(List.of(words)));
    }

    int run(List<String> words) {
        if (words.stream().anyMatch(word -> word.equals("--help") || word.equals("-h") || word.equals("help"))) {
            out.print(HELP);
            return OK;
        }
        try {
            return execute(Arguments.parse(words, COMMANDS));
        } catch (UsageException e) {
            err.println("keelson-agent: " + e.getMessage() + "\n");
            err.print(HELP);
            return USAGE;
        } catch (ProblemException e) {
            e.problems().forEach(problem -> err.println(problem.render()));
            return PROBLEM;
        } catch (IOException | UncheckedIOException e) {
            err.println("error: " + e.getMessage()
                    + (e.getCause() == null ? "" : ": " + e.getCause().getMessage()));
            return PROBLEM;
        } catch (IllegalStateException e) {
            System.getLogger("keelson.agent").log(Level.ERROR, "the agent ends because of a fault of its own", e);
            return PROBLEM;
        }
    }

    private int execute(Arguments arguments) throws UsageException, IOException {
        switch (arguments.command()) {
            case "run" -> {
                return daemon();
            }
            case "join" -> new JoinCommand(directory).run(arguments, in, out);
            case "status" -> inspect().status(out);
            case "verify" -> {
                return inspect().verify(out) ? OK : PROBLEM;
            }
            case "version" -> out.println("keelson-agent " + Version.TEXT);
            default -> throw new UsageException("unknown command " + arguments.command());
        }
        return OK;
    }

    private InspectCommands inspect() {
        return new InspectCommands(directory, RunCommand.RELEASES, InstantSource.system());
    }

    private int daemon() {
        Daemon.run(new RunCommand(directory)::run);
        return OK;
    }
}
