package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.fleet.HostId;
import io.keelson.pool.NodePool;
import io.keelson.pool.PoolPicture.Pause;
import io.keelson.pool.Stage;
import io.keelson.problem.Problem;
import io.keelson.problem.Severity;
import io.keelson.server.api.manifest.Choice;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.PoolStanding;
import io.keelson.server.pool.RegisteredPool;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A resource of kind NodePool. */
final class PoolView {
    private final FleetImage fleet;
    private final RegisteredPool registered;
    private final NodePool pool;
    private final List<PoolRecord> records;
    private final PoolStanding standing;
    private final List<Problem> problems;

    private PoolView(FleetImage fleet, RegisteredPool registered) {
        this.fleet = fleet;
        this.registered = registered;
        this.pool = registered.pool();
        this.records = fleet.pools().of(pool.name());
        this.standing = fleet.pools().standing(pool.name());
        this.problems = fleet.judge(pool, Optional.of(pool));
    }

    static String render(FleetImage fleet, RegisteredPool pool, Instant now) {
        return new PoolView(fleet, pool).render(now);
    }

    private String render(Instant now) {
        var document = Document.of("NodePool", pool.name().value(), registered.created());
        PoolSpecView.write(document.spec(), pool);
        long nodes = count(record -> record.stage().isTold());
        var status = document.status()
                .put("phase", phase())
                .put("generation", registered.generation())
                .put("nodes", nodes)
                .put("nodesServing", serving() + "/" + pool.spec().size())
                .put("spares", count(record -> record.stage() == Stage.SPARE))
                .put("failed", count(record -> record.stage() == Stage.FAILED))
                .put("hostsAtLevel", records.stream().filter(this::isAtLevel).count() + "/" + records.size());
        if (registered.pause() != Pause.NONE) {
            status.put("pause", Choice.of(registered.pause()));
        }
        standing.holds().ifPresent(why -> status.put("holds", why));
        var hosts = status.putArray("hosts");
        records.forEach(record -> host(hosts.addObject(), record, now));
        pool.hosts().forEach(host -> elsewhere(hosts, host));
        var found = status.putArray("problems");
        problems.forEach(problem ->
                Document.problem(found.addObject().put("warning", problem.severity() == Severity.WARNING), problem));
        document.conditions(List.of(ready(), begins()));
        return document.json();
    }

    private void host(ObjectNode into, PoolRecord record, Instant now) {
        into.put("host", record.host().value())
                .put("stage", Choice.of(record.stage()))
                .put("since", Document.time(record.since()))
                .put("why", record.why());
        record.joined().ifPresent(joined -> into.put("joined", Document.time(joined)));
        record.blocked().ifPresent(blocked -> into.put("blocked", Document.time(blocked)));
        Optional.ofNullable(standing.waits().get(record.host())).ifPresent(what -> into.put("waitsFor", what));
        Optional.ofNullable(fleet.hosts().get(record.host())).ifPresent(host -> {
            into.put("zone", host.host().zone().value()).put("connected", host.connected(now));
            host.observed().flatMap(ObservedHost::level).ifPresent(level -> into.put("osLevel", level.value()));
            host.observed().ifPresent(seen -> HostView.step(into, seen));
        });
        if (!pool.names(record.host())) {
            into.put("named", false);
        }
        Optional.ofNullable(registered.wishes().get(record.host()))
                .ifPresent(wish -> into.put("wish", Choice.of(wish)));
    }

    /** Hosts that it may use and does not have. */
    private void elsewhere(ArrayNode into, HostId host) {
        var taken = fleet.pools().of(host);
        if (taken.filter(record -> record.pool().equals(pool.name())).isEmpty()) {
            into.addObject()
                    .put("host", host.value())
                    .put("stage", "notTaken")
                    .put(
                            "why",
                            taken.map(record -> "node pool " + record.pool() + " has it")
                                    .or(() ->
                                            Optional.ofNullable(standing.waits().get(host)))
                                    .orElse("it is about to be taken"));
        }
    }

    private boolean isAtLevel(PoolRecord record) {
        return pool.spec().level().isEmpty()
                || Optional.ofNullable(fleet.hosts().get(record.host()))
                        .flatMap(FleetHost::observed)
                        .flatMap(ObservedHost::level)
                        .equals(pool.spec().level());
    }

    private long serving() {
        return count(record -> record.stage() == Stage.SERVING);
    }

    private long count(Predicate<PoolRecord> which) {
        return records.stream().filter(which).count();
    }

    private boolean refused() {
        return problems.stream().anyMatch(problem -> problem.severity() == Severity.ERROR);
    }

    private boolean moving() {
        return count(record -> switch (record.stage()) {
                    case VERIFYING, PREPARING, DRAINING, PATCHING, LEAVING -> true;
                    case SPARE, SERVING, FAILED -> false;
                })
                > 0;
    }

    /** {@code Deleting}, {@code Holding}, {@code Replacing} hosts, {@code Pending} while it has too few nodes, or {@code Ready}. */
    private String phase() {
        if (registered.removing()) {
            return "Deleting";
        }
        if (moving()) {
            return "Replacing";
        }
        if (standing.holds().isPresent() || refused()) {
            return "Holding";
        }
        return serving() == pool.spec().size() ? "Ready" : "Pending";
    }

    private Condition ready() {
        boolean ready = phase().equals("Ready");
        return new Condition(
                "Ready",
                Condition.of(ready),
                ready ? "AsWanted" : phase(),
                ready ? "" : serving() + " of " + pool.spec().size() + " nodes serve");
    }

    /** Whether something may be begun, or is. */
    private Condition begins() {
        if (refused()) {
            return new Condition(
                    "Progressing",
                    Condition.State.FALSE,
                    "Refused",
                    problems.stream()
                            .filter(problem -> problem.severity() == Severity.ERROR)
                            .map(problem -> problem.code() + ": " + problem.what())
                            .collect(Collectors.joining("; ")));
        }
        return new Condition(
                "Progressing",
                Condition.of(standing.holds().isEmpty()),
                standing.holds().isEmpty() ? "Allowed" : "Holds",
                standing.holds().orElse(""));
    }
}
