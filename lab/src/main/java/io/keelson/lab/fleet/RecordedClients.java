package io.keelson.lab.fleet;

import io.keelson.lab.fleet.EtcdRegister.NotSent;
import io.keelson.lab.history.Linearizability;
import io.keelson.lab.history.Operation;
import io.keelson.lab.history.Operation.Action;
import io.keelson.lab.history.Verdict;
import io.keelson.lab.host.LabEnvironment;
import io.keelson.lab.host.LabException;
import io.keelson.lab.host.LabHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * Clients that read, write and swap registers in a cluster's etcd while something happens to it, and keep what they did and
 * saw. Each uses one member until that does not answer, then the next. Keys are left every few seconds, so that what is
 * to be judged of one key stays short; a call whose answer never comes is kept as one that may happen at any time.
 */
public final class RecordedClients implements AutoCloseable {
    private static final int CLIENTS = 6;
    private static final int KEYS_AT_ONCE = 3;
    private static final long KEY_LIFE = Duration.ofSeconds(3).toNanos();
    private static final Duration PAUSE = Duration.ofMillis(15);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(300);
    /** In some twenty minutes. */
    private static final int MOST_OPERATIONS = 400_000;

    private final List<LabHost> members;
    private final EtcdRegister register;
    private final long begun = System.nanoTime();

    /** Of this run alone: registers are empty when they are first used. */
    private final String prefix = "/keelson-history/" + UUID.randomUUID() + "/";

    private final ConcurrentLinkedQueue<Operation> history = new ConcurrentLinkedQueue<>();
    private final List<Thread> clients = new ArrayList<>();
    private final AtomicBoolean exhausted = new AtomicBoolean();

    private RecordedClients(List<LabHost> members, EtcdRegister register) {
        this.members = List.copyOf(members);
        this.register = register;
    }

    /** Begins; the clients go on until they are stopped, and ask as much as two cores can answer. */
    public static RecordedClients begin(KeelsonFleet fleet) {
        var members = fleet.controlPlanes();
        var recorded = new RecordedClients(members, EtcdRegister.with(members.getFirst()));
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            recorded.clients.add(
                    Thread.ofVirtual().name("etcd client " + number).start(() -> recorded.run(number)));
        }
        return recorded;
    }

    private void run(int client) {
        var random = new Random(client);
        int member = client;
        long key = -1;
        Optional<String> seen = Optional.empty();
        try {
            for (int i = 0; !Thread.currentThread().isInterrupted(); i++) {
                if (i == MOST_OPERATIONS / CLIENTS) {
                    exhausted.set(true);
                    return;
                }
                long now = System.nanoTime() - begun;
                long next = now / KEY_LIFE * KEYS_AT_ONCE + random.nextInt(KEYS_AT_ONCE);
                if (next != key) {
                    key = next;
                    seen = Optional.empty();
                }
                var wish = wish(random, seen, "c" + client + "-" + i);
                var outcome = attempt(client, members.get(member % members.size()), prefix + key, wish);
                if (outcome.isPresent() && outcome.get() instanceof Action.Read(var value)) {
                    seen = value;
                }
                if (outcome.isEmpty()) {
                    member++;
                }
                Thread.sleep(outcome.isEmpty() ? PAUSE_AFTER_FAILURE : PAUSE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Half of them reads. */
    private static Action wish(Random random, Optional<String> seen, String value) {
        return switch (random.nextInt(4)) {
            case 0, 1 -> new Action.Read(Optional.empty());
            case 2 -> new Action.Write(value);
            default -> new Action.CompareAndSet(seen, value, false);
        };
    }

    /** What was answered; empty if no answer came. */
    private Optional<Action> attempt(int client, LabHost member, String key, Action wish) throws InterruptedException {
        long called = System.nanoTime() - begun;
        try {
            Action answer = switch (wish) {
                case Action.Read read -> new Action.Read(register.read(member, key));
                case Action.Write(var value) -> {
                    register.write(member, key, value);
                    yield wish;
                }
                case Action.CompareAndSet(var expected, var value, var unused) ->
                    register.swap(member, key, expected, value);
            };
            history.add(new Operation(client, key, called, System.nanoTime() - begun, answer));
            return Optional.of(answer);
        } catch (NotSent e) {
            return Optional.empty();
        } catch (IOException e) {
            history.add(new Operation(client, key, called, Operation.NEVER, wish));
            return Optional.empty();
        } catch (InterruptedException e) {
            history.add(new Operation(client, key, called, Operation.NEVER, wish));
            throw e;
        }
    }

    /**
     * Stops the clients; what they did, in the order of their calls.
     *
     * @throws LabException if one has ended long before, so that nobody saw the rest
     */
    public List<Operation> stop() {
        clients.forEach(Thread::interrupt);
        for (var client : clients) {
            try {
                if (!client.join(Duration.ofSeconds(20))) {
                    throw new LabException(client.getName() + " does not stop");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted while clients of etcd stop", e);
            }
        }
        if (exhausted.get()) {
            throw new LabException("clients of etcd ended by themselves: what happened lasted longer than they do");
        }
        return history.stream()
                .sorted(Comparator.comparingLong(Operation::called))
                .toList();
    }

    /**
     * The same, and one more look at every key: what was acknowledged long ago has to be there still.
     *
     * @throws LabException if a member does not answer
     */
    public List<Operation> stopAndLookAgain() {
        var seen = new ArrayList<>(stop());
        for (var key : seen.stream().map(Operation::key).distinct().toList()) {
            long called = System.nanoTime() - begun;
            try {
                var read = new Action.Read(register.read(members.getFirst(), key));
                seen.add(new Operation(CLIENTS, key, called, System.nanoTime() - begun, read));
            } catch (IOException e) {
                throw new LabException("etcd does not say what is at " + key, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted while keys are looked at again", e);
            }
        }
        return List.copyOf(seen);
    }

    /** Judges a history; one that is not legal is kept for whoever looks into it, and its file is in the message. */
    public static String judged(String scenario, List<Operation> history) {
        var verdict = Linearizability.judge(history);
        if (!(verdict instanceof Verdict.Legal)) {
            throw new AssertionError("the history is not linearizable, or could not be judged; all of it is in "
                    + save(scenario, history) + ": " + verdict);
        }
        long unanswered = history.stream().filter(each -> !each.known()).count();
        long keys = history.stream().map(Operation::key).distinct().count();
        return history.size() + " operations on " + keys + " keys by "
                + history.stream().map(Operation::client).distinct().count() + " clients are linearizable, "
                + unanswered
                + " of them without an answer";
    }

    private static Path save(String scenario, List<Operation> history) {
        try {
            var directory = Files.createDirectories(
                    LabEnvironment.currentCache().resolve("log").resolve("histories"));
            var file = Files.createTempFile(directory, scenario + "-", ".txt");
            return Files.writeString(
                    file, history.stream().map(Operation::toString).collect(Collectors.joining("\n", "", "\n")));
        } catch (IOException e) {
            throw new LabException("the history cannot be kept", e);
        }
    }

    @Override
    public void close() {
        try {
            var unused = stop();
        } finally {
            register.close();
        }
    }
}
