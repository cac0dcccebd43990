package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.io.IOException;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/**
 * etcd's log, of which every member holds the newest entries in memory, however large they are: 10,000
 * ({@code --snapshot-count}), and 5,000 more for a member that is late.
 */
public final class EtcdLog {
    private static final int ENTRIES = 15_100;
    private static final int AT_ONCE = 24;
    private static final int TRIES = 5;
    private static final String KEY = "/keelson-log";

    private EtcdLog() {}

    /** Writes so many small entries that members let go of all that were there. */
    public static void outgrow(LabHost member) {
        try (var register = EtcdRegister.with(member);
                var writers =
                        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            Callable<Boolean> write = () -> write(register, member);
            for (var written : writers.invokeAll(Collections.nCopies(ENTRIES, write))) {
                written.get();
            }
        } catch (ExecutionException e) {
            throw new LabException(member.name() + " takes no small entries: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while small entries were written", e);
        }
    }

    /** A call that was not answered in time may be made once more: it is the same key and value. */
    private static boolean write(EtcdRegister register, LabHost member) throws IOException, InterruptedException {
        for (int left = TRIES - 1; ; left--) {
            try {
                register.write(member, KEY, "small");
                return true;
            } catch (IOException e) {
                if (left == 0) {
                    throw e;
                }
            }
        }
    }
}
