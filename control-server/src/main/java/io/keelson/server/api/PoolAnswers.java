package io.keelson.server.api;

import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.pool.Passage;
import io.keelson.pool.PoolHost;
import io.keelson.pool.PoolHost.Emptied;
import io.keelson.pool.PoolHost.Seen;
import io.keelson.pool.PoolOutlook;
import io.keelson.pool.PoolPicture;
import io.keelson.pool.Stage;
import io.keelson.proto.operator.v1.GetPoolResponse;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.PoolHistoryRequest;
import io.keelson.proto.operator.v1.PoolHistoryResponse;
import io.keelson.proto.operator.v1.PoolPassage;
import io.keelson.server.api.manifest.Choice;
import io.keelson.server.fleet.FleetHost;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.pool.NodePools;
import io.keelson.server.pool.PoolEvent;
import io.keelson.server.pool.PoolHistory;
import io.keelson.server.pool.PoolRecord;
import io.keelson.server.pool.RegisteredPool;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Answers how a pool stands, what is to be expected of it, and what became of its hosts. */
final class PoolAnswers {
    private static final int EVENTS = 100;
    private static final int MOST_EVENTS = 1_000;

    private final Resources resources;
    private final PoolHistory history;
    private final InstantSource clock;

    PoolAnswers(Resources resources, PoolHistory history, InstantSource clock) {
        this.resources = resources;
        this.history = history;
        this.clock = clock;
    }

    /** The name of a pool. */
    static PoolName name(String name) {
        return Names.parse(ResourceKind.NODE_POOL, name, PoolName::new);
    }

    /** @throws io.keelson.problem.ProblemException {@code POOL_UNKNOWN} */
    GetPoolResponse get(PoolName name, FleetImage image) {
        var pool = require(name, image);
        var resource = resources.get(
                GetRequest.newBuilder()
                        .setKind(ResourceKind.NODE_POOL.plural())
                        .setName(name.value())
                        .build(),
                image);
        var outlook = PoolOutlook.of(
                picture(pool, image),
                history.newest(name, MOST_EVENTS).stream()
                        .map(event -> new Passage(event.host(), event.at(), event.from(), event.to()))
                        .toList());
        var answer = GetPoolResponse.newBuilder()
                .setPool(resource.getResources(0))
                .setAtRest(outlook.atRest())
                .setFailed(outlook.failed());
        if (image.pools().standing(name).holds().isEmpty()) {
            outlook.remaining().ifPresent(left -> answer.setRemainingMinutes(minutes(left)));
        }
        return answer.build();
    }

    private static RegisteredPool require(PoolName name, FleetImage image) {
        return Optional.ofNullable(image.pools().pools().get(name))
                .orElseThrow(() -> NodePools.unknown(name).asException());
    }

    private static int minutes(Duration left) {
        return Math.toIntExact(Math.clamp(left.plusSeconds(59).toMinutes(), 1, Integer.MAX_VALUE));
    }

    /** What the store knows of it. Whether a node runs what it is to, and works, is known to the leader, who says what it waits for. */
    private PoolPicture picture(RegisteredPool pool, FleetImage image) {
        var now = clock.instant();
        var hosts = image.pools().of(pool.name()).stream()
                .flatMap(record -> Optional.ofNullable(image.hosts().get(record.host())).stream()
                        .map(host -> host(pool, record, host, now)))
                .toList();
        return new PoolPicture(pool.pool().spec(), hosts, Set.of(), pool.restarted(), pool.pause(), now);
    }

    private static PoolHost host(RegisteredPool pool, PoolRecord record, FleetHost host, Instant now) {
        boolean serves = record.stage() == Stage.SERVING;
        return new PoolHost(
                record.host(),
                host.host().zone(),
                pool.pool().names(record.host()),
                record.stage(),
                record.since(),
                record.since(),
                record.blocked().filter(at -> at.isAfter(pool.resumed())),
                new Seen(
                        host.connected(now),
                        host.converged(),
                        host.observed().flatMap(ObservedHost::level),
                        true,
                        serves,
                        serves ? Optional.of(record.since()) : Optional.empty(),
                        record.joined(),
                        Emptied.NOT_YET));
    }

    PoolHistoryResponse history(PoolHistoryRequest request, FleetImage image) {
        var pool = require(name(request.getName()), image);
        int limit = request.getLimit() <= 0 ? EVENTS : Math.min(request.getLimit(), MOST_EVENTS);
        Predicate<PoolEvent> wanted;
        if (request.getHost().isEmpty()) {
            wanted = event -> true;
        } else {
            // A host of before may be enrolled no more, and one that never was has no history.
            var host = Names.parse(ResourceKind.HOST, request.getHost(), HostId::new);
            wanted = event -> event.host().equals(host);
        }
        var passages = history.newest(pool.name(), MOST_EVENTS).stream()
                .filter(wanted)
                .map(PoolAnswers::passage)
                .toList();
        return PoolHistoryResponse.newBuilder()
                .addAllPassages(newest(passages, limit))
                .build();
    }

    private static List<PoolPassage> newest(List<PoolPassage> passages, int limit) {
        return passages.subList(Math.max(0, passages.size() - limit), passages.size());
    }

    private static PoolPassage passage(PoolEvent event) {
        return PoolPassage.newBuilder()
                .setNumber(event.number())
                .setAtMillis(event.at().toEpochMilli())
                .setHost(event.host().value())
                .setFrom(event.from().map(Choice::of).orElse(""))
                .setTo(event.to().map(Choice::of).orElse(""))
                .setWhy(event.why())
                .build();
    }
}
