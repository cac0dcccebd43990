package io.keelson.agent.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import io.keelson.agent.session.Assignment.Goal;
import io.keelson.agent.session.identity.Identity;
import io.keelson.agent.session.wire.NodeSpecs;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.Epoch;
import io.keelson.fleet.NodeSpec;
import io.keelson.fleet.OsSpec;
import io.keelson.fleet.Revision;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The memory of what this host was told: epoch and revision never go back, not even through a crash. An order is on the
 * disk before anybody acts on it. A file that cannot be read is refused and left as it is. Format version 1. Thread-safe.
 */
public final class AcceptedOrders {
    private static final int VERSION = 1;
    private static final String BARE = "bare";
    private static final String OS = "os";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private Assignment current;
    private byte[] node;

    /** @throws ProblemException HOST_STATE_UNREADABLE if the file is damaged */
    public AcceptedOrders(Path file) {
        this.file = file;
        var stored = Files.exists(file) ? read() : Stored.NONE;
        this.current = stored.assignment();
        this.node = stored.node();
    }

    /**
     * What a host that has just joined remembers of orders that it obeyed before its disk was wiped, as the server says. A
     * host that still has a memory keeps it: that is its own.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if the file is damaged
     */
    public static void begin(Path file, Epoch epoch, Revision revision) {
        var orders = new AcceptedOrders(file);
        var own = orders.current();
        if (own.spec().isEmpty() && own.revision().compareTo(revision) < 0) {
            var newest = own.epoch().compareTo(epoch) < 0 ? epoch : own.epoch();
            orders.keep(new Assignment(newest, revision, new Goal.Untold()), new byte[0]);
        }
    }

    /** An assignment with its spec as the message that was received; no bytes if there is no spec. */
    private record Stored(Assignment assignment, byte[] node) {
        static final Stored NONE = new Stored(Assignment.NONE, new byte[0]);
    }

    /** The last order that was accepted. */
    public synchronized Assignment current() {
        return current;
    }

    /**
     * Accepts an order if a director has signed it for this host and now, and it is not older than what was accepted.
     *
     * @param now by the host's clock
     * @return whether there is something new to do
     * @throws ProblemException ORDER_UNTRUSTED, RESOURCE_INVALID, ORDER_MISADDRESSED or ORDER_EXPIRED as {@link
     *     OrderRules} say; HOST_REVISION_STALE if it would go back; ORDER_MISADDRESSED if it is for another cluster than
     *     the host's; HOST_TAKEN if it would patch a node of which it knows nothing; nothing is changed then
     */
    synchronized boolean accept(SignedOrder signed, Identity self, Instant now) {
        var order = OrderRules.admit(signed, self, now);
        boolean silent = order.goal() instanceof Goal.Untold && order.revision().equals(Revision.NONE);
        boolean back = !silent && order.revision().compareTo(current.revision()) < 0;
        if (order.epoch().compareTo(current.epoch()) < 0 || back) {
            throw stale("the order has epoch " + order.epoch() + " and revision " + order.revision() + ", but epoch "
                    + current.epoch() + " and revision " + current.revision() + " were obeyed already");
        }
        return switch (order.goal()) {
            case Goal.Untold _ -> silent || isForgotten(order) ? stay(order.epoch()) : acceptGoal(order);
            case Goal.Bare _ -> acceptGoal(order);
            case Goal.Node(var spec) -> {
                current.spec().ifPresent(before -> {
                    requireSameContent(order);
                    OrderRules.requireCluster(before, spec);
                });
                yield acceptGoal(order);
            }
        };
    }

    /** A host that runs a node, or leaves a cluster, does not stop because a server forgot it. */
    private boolean stay(Epoch obeyed) {
        var unused = keep(new Assignment(obeyed, current.revision(), current.goal(), current.os()), node);
        return false;
    }

    /** Whether a server that knows nothing of this host's past has nothing to say either. */
    private boolean isForgotten(ReceivedOrder order) {
        if (order.os().isEmpty()) {
            return !(current.goal() instanceof Goal.Untold);
        }
        current.spec().ifPresent(node -> {
            throw OrderRules.patchesNode(node, order.os().orElseThrow());
        });
        return false;
    }

    private boolean acceptGoal(ReceivedOrder order) {
        requireSameContent(order);
        boolean same = hasContent(order) && order.revision().equals(current.revision());
        return keep(new Assignment(order.epoch(), order.revision(), order.goal(), order.os()), order.node()) && !same;
    }

    /** A revision means one thing for ever; of what it meant to a host that was installed anew nothing is known. */
    private void requireSameContent(ReceivedOrder order) {
        if (order.revision().equals(current.revision()) && !current.asksNothing() && !hasContent(order)) {
            throw stale("revision " + order.revision() + " was obeyed already, with another content");
        }
    }

    private boolean hasContent(ReceivedOrder order) {
        return order.goal().equals(current.goal()) && order.os().equals(current.os());
    }

    private boolean keep(Assignment next, byte[] message) {
        if (next.equals(current)) {
            return false;
        }
        write(next, message);
        current = next;
        node = message;
        return true;
    }

    private void write(Assignment next, byte[] message) {
        var json = JSON.createObjectNode()
                .put("v", VERSION)
                .put("epoch", next.epoch().value())
                .put("revision", next.revision().value());
        if (next.goal() instanceof Goal.Bare) {
            // The revision once more: a field that agents of before leave alone, and lose with their next order.
            json.put(BARE, next.revision().value());
        }
        next.spec()
                .ifPresent(spec -> json.put(
                        "summary", spec.role() + " " + spec.node() + " of " + spec.cluster() + ", " + spec.bundle()));
        json.put("node", Base64.getEncoder().encodeToString(message));
        // Agents of before leave it alone, and lose it with their next order.
        next.os()
                .ifPresent(os -> json.putObject(OS)
                        .put("level", os.level().value())
                        .put("manifest", os.manifest().hex())
                        .put("reboots", os.reboots())
                        .put("check", check(next, json.path("node").asText(), os)));
        json.put(
                "check",
                check(
                        next.epoch().value(),
                        next.revision().value(),
                        json.path("node").asText()));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            AtomicFile.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json), FileMode.SECRET);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private Stored read() {
        try {
            var json = JSON.readTree(Files.readAllBytes(file));
            long epoch = json.path("epoch").asLong(-1);
            long revision = json.path("revision").asLong(-1);
            var node = json.path("node").asText();
            if (json.path("v").asInt() != VERSION) {
                throw unreadable("its version is " + json.path("v"), null);
            }
            if (!json.path("check").asText().equals(check(epoch, revision, node))) {
                throw unreadable("its checksum differs", null);
            }
            var bytes = Base64.getDecoder().decode(node);
            return new Stored(
                    withOs(
                            new Assignment(new Epoch(epoch), new Revision(revision), goal(json, revision, bytes)),
                            node,
                            json.path(OS)),
                    bytes);
        } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
            throw unreadable(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw unreadable("it is not JSON", e);
        }
    }

    private Goal goal(JsonNode json, long revision, byte[] node) throws InvalidProtocolBufferException {
        if (!json.has(BARE)) {
            return node.length == 0 ? new Goal.Untold() : new Goal.Node(spec(node));
        }
        if (node.length > 0
                || !json.path(BARE).isIntegralNumber()
                || json.path(BARE).asLong() != revision) {
            throw unreadable("it says of two things what the host is to be", null);
        }
        return new Goal.Bare();
    }

    private NodeSpec spec(byte[] bytes) throws InvalidProtocolBufferException {
        try {
            return NodeSpecs.read(io.keelson.proto.agent.v1.NodeSpec.parseFrom(bytes));
        } catch (ProblemException e) {
            throw unreadable(e.problem().what(), e);
        }
    }

    private Assignment withOs(Assignment stored, String node, JsonNode json) {
        if (json.isMissingNode()) {
            return stored;
        }
        var os = new OsSpec(
                new BundleName(json.path("level").asText()),
                new Digest(json.path("manifest").asText()),
                json.path("reboots").asInt(-1));
        if (!json.path("check").asText().equals(check(stored, node, os))) {
            throw unreadable("the checksum of its OS level differs", null);
        }
        return new Assignment(stored.epoch(), stored.revision(), stored.goal(), Optional.of(os));
    }

    private static String check(Assignment of, String node, OsSpec os) {
        return check(
                of.epoch().value(),
                of.revision().value(),
                String.join(" ", node, os.level().value(), os.manifest().hex(), Integer.toString(os.reboots())));
    }

    private static String check(long epoch, long revision, String node) {
        return Digest.of((epoch + " " + revision + " " + node).getBytes(StandardCharsets.US_ASCII))
                .hex();
    }

    private ProblemException stale(String what) {
        return Problem.error(
                        ProblemCode.HOST_REVISION_STALE,
                        what,
                        Remedy.advise(
                                "See which server leads; an agent obeys only what is newer.", "keelson server status"))
                .asException();
    }

    private ProblemException unreadable(String why, @Nullable Throwable cause) {
        var problem = Problem.error(
                ProblemCode.HOST_STATE_UNREADABLE,
                "the last accepted order in " + file + " cannot be trusted: " + why,
                Remedy.advise(
                        "Find out what changed the file and restore it; removing it lets an older order be obeyed.",
                        "ls -l " + file));
        return cause == null ? problem.asException() : new ProblemException(problem, cause);
    }
}
