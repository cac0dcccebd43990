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
 * that is at work just then is stopped, which it bears at any moment, and started again afterwards.
 */
final class KeeperRests implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Host host;
    private final Journal journal;
    private final boolean stopped;

    private KeeperRests(Host host, Journal journal, boolean stopped) {
        this.host = host;
        this.journal = journal;
        this.stopped = stopped;
    }

    /**
     * Waits until the keeper has ended, if it is at work.
     *
     * @param journal the keeper's
     * @throws ProblemException HOST_STATE_UNREADABLE if it cannot be read, or if somebody else than the keeper has it
     */
    static KeeperRests begin(Host host, Path journal, Pacer pacer) throws InterruptedException {
        try {
            return new KeeperRests(host, Journal.open(journal, host.clock()), false);
        } catch (ProblemException e) {
            if (!isTheKeepers(host, journal)) {
                throw e;
            }
        }
        host.units().stop(KeeperFiles.UNIT);
        try {
            return new KeeperRests(host, opened(host, journal, pacer), true);
        } catch (ProblemException | InterruptedException e) {
            host.units().start(KeeperFiles.UNIT);
            throw e;
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

    /** A keeper that was stopped for this works again, also if what was to be done was not. */
    @Override
    public void close() {
        journal.close();
        if (stopped) {
            host.units().start(KeeperFiles.UNIT);
        }
    }
}
