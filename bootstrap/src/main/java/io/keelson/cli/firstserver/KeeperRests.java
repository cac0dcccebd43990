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
 * that is at work just then is stopped, which it bears at any moment, and started again to wait for its journal.
 */
final class KeeperRests implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Journal journal;

    private KeeperRests(Journal journal) {
        this.journal = journal;
    }

    /**
     * Waits until the keeper has ended, if it is at work.
     *
     * @param journal the keeper's
     * @throws ProblemException HOST_STATE_UNREADABLE if it cannot be read, or if somebody else than the keeper has it
     */
    static KeeperRests begin(Host host, Path journal, Pacer pacer) throws InterruptedException {
        try {
            return new KeeperRests(Journal.open(journal, host.clock()));
        } catch (ProblemException e) {
            if (!isTheKeepers(host, journal)) {
                throw e;
            }
        }
        host.units().stop(KeeperFiles.UNIT);
        try {
            return new KeeperRests(opened(host, journal, pacer));
        } finally {
            // At once, and not at the end: it waits for the journal, and is there should this command be killed.
            host.units().start(KeeperFiles.UNIT);
        }
    }

    /** Whether the keeper's process is the one that works with it, and not another command. */
    private static boolean isTheKeepers(Host host, Path journal) {
        var holder = Journal.holder(journal);
        return holder.isPresent()
                && host.units()
                        .state(KeeperFiles.UNIT)
                        .filter(keeper -> keeper.mainPid() == holder.getAsLong())
                        .isPresent();
    }

    private static Journal opened(Host host, Path journal, Pacer pacer) throws InterruptedException {
        long began = pacer.nanos();
        while (true) {
            try {
                return Journal.open(journal, host.clock());
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
