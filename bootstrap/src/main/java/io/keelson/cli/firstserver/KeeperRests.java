package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.plan.Pacer;
import io.keelson.cli.keeper.KeeperFiles;
import io.keelson.problem.ProblemException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * As long as this is open the keeper does nothing to the server's etcd: whoever works on it has the keeper's journal. A keeper
 * that is at work just then is stopped, which it bears at any moment; a step of the plan starts it again.
 */
final class KeeperRests implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Journal journal;

    private KeeperRests(Journal journal) {
        this.journal = journal;
    }

    /**
     * Waits until nobody else works on the server's etcd.
     *
     * @param journal the keeper's
     * @throws ProblemException HOST_STATE_UNREADABLE if it cannot be read, or if somebody else has it all the same
     */
    static KeeperRests begin(Host host, Path journal, Pacer pacer) throws InterruptedException {
        try {
            return new KeeperRests(Journal.open(journal, host.clock()));
        } catch (ProblemException e) {
            if (host.units().state(KeeperFiles.UNIT).isEmpty()) {
                throw e;
            }
            host.units().stop(KeeperFiles.UNIT);
        }
        long began = pacer.nanos();
        while (true) {
            try {
                return new KeeperRests(Journal.open(journal, host.clock()));
            } catch (ProblemException e) {
                if (pacer.nanos() - began > END.toNanos()) {
                    throw e;
                }
                pacer.pause(LOOK);
            }
        }
    }

    /** The keeper's own: whoever works in its place writes down there what it does. */
    Journal journal() {
        return journal;
    }

    @Override
    public void close() {
        journal.close();
    }
}
