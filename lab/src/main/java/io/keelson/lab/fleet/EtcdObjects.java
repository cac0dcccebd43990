package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/**
 * A database of the size that is wanted, of as many objects as Kubernetes would need for it: a pod with its status and managed
 * fields takes some eight KiB. The largest that etcd takes are no way to fill one: every member holds the newest 10,000 to
 * 15,000 entries of its log in memory, however large they are.
 */
public final class EtcdObjects {
    private static final int BYTES = 8 << 10;
    private static final int AT_ONCE = 24;
    private static final int TRIES = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int FIRST_PRINTABLE = ' ';
    private static final int AFTER_PRINTABLE = '~' + 1;

    private EtcdObjects() {}

    /** Writes the first of them, so many MiB in all; one that is there is written anew. */
    public static void write(List<LabHost> members, String prefix, int mebibytes) {
        var value = new Random(mebibytes)
                .ints(BYTES, FIRST_PRINTABLE, AFTER_PRINTABLE)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        int count = (int) (((long) mebibytes << 20) / BYTES);
        try (var register = EtcdRegister.with(members.getFirst());
                var writers =
                        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().factory())) {
            var failed = new AtomicBoolean();
            var objects = IntStream.range(0, count)
                    .<Callable<Boolean>>mapToObj(i -> () ->
                            failed.get() || write(register, members.get(i % members.size()), prefix + i, value, failed))
                    .toList();
            for (var written : writers.invokeAll(objects)) {
                written.get();
            }
        } catch (ExecutionException e) {
            throw new LabException("etcd takes no objects: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while objects were written", e);
        }
    }

    /** A call that was not answered in time may be made once more: it is the same key and value. After one that fails all end. */
    private static boolean write(EtcdRegister register, LabHost member, String key, String value, AtomicBoolean failed)
            throws IOException, InterruptedException {
        for (int left = TRIES - 1; ; left--) {
            try {
                register.write(member, key, value);
                return true;
            } catch (IOException e) {
                if (left == 0) {
                    failed.set(true);
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }
}
