package io.keelson.cli.keeper;

import io.keelson.agent.daemon.Daemon;
import io.keelson.agent.daemon.LogLines;
import io.keelson.agent.host.LinuxHost;
import io.keelson.agent.plan.Pacer;
import io.keelson.problem.ProblemException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Optional;

/** The program of {@code keelson-etcd-keeper.service}. Ends with 0 when it is told to, with 1 after a problem. */
public final class KeeperMain {
    private static final Path RELEASES = Path.of("/opt/keelson/releases");

    private KeeperMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] none) {
        LogLines.install(System.getenv());
        // Elsewhere only while packages are built: the keeper is run once, so that what it starts with is known.
        var files = Optional.ofNullable(System.getProperty("keelson.etcd-keeper.directory"))
                .map(Path::of)
                .map(elsewhere -> new KeeperFiles(elsewhere, elsewhere.resolve("report")))
                .orElse(KeeperFiles.STANDARD);
        try (var host = new LinuxHost()) {
            Daemon.run(EtcdKeeper.begin(host, files, RELEASES, Pacer.system())::run);
        } catch (ProblemException e) {
            e.problems().forEach(problem -> System.err.println(problem.render()));
            System.exit(1);
        } catch (IllegalStateException e) {
            System.getLogger("keelson.keeper").log(Level.ERROR, "the keeper ends because of a fault of its own", e);
            System.exit(1);
        }
    }
}
