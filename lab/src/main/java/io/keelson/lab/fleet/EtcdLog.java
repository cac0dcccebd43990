package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
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
    private static final int AT_ONCE = 64;
    private static final String KEY = "/keelson-log";

    private EtcdLog() {}

    /** Writes so many small entries that members let go of all that were there. */
    public static void outgrow(LabHost member) {
        try (var register = EtcdRegister.with(member);
                var writers =
                        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            Callable<Boolean> write = () -> {
                register.write(member, KEY, "small");
                return true;
            };
            for (var written : writers.invokeAll(Collections.nCopies(ENTRIES, write))) {
                written.get();
            }
        } catch (ExecutionException e) {
            throw new LabException(member.name() + " takes no small entries", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while small entries were written", e);
        }
    }
}
