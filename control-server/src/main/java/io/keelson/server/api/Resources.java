package io.keelson.server.api;

import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.proto.operator.v1.Event;
import io.keelson.proto.operator.v1.EventsRequest;
import io.keelson.proto.operator.v1.EventsResponse;
import io.keelson.proto.operator.v1.GetRequest;
import io.keelson.proto.operator.v1.GetResponse;
import io.keelson.proto.operator.v1.Resource;
import io.keelson.server.api.view.ResourceViews;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.FleetImage;
import io.keelson.server.observed.HostEvent;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.pool.PoolRecord;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Answers what there is and what happened. */
final class Resources {
    private static final int EVENTS = 100;
    private static final int MOST_EVENTS = 10_000;

    private final Fleet fleet;
    private final ObservedStates observed;
    private final InstantSource clock;

    Resources(Fleet fleet, ObservedStates observed, InstantSource clock) {
        this.fleet = fleet;
        this.observed = observed;
        this.clock = clock;
    }

    GetResponse get(GetRequest request) {
        return get(request, fleet.read());
    }

    /** The answer as that image gives it. */
    GetResponse get(GetRequest request, FleetImage image) {
        var kind = ResourceKind.parse(request.getKind());
        var now = clock.instant();
        var views = switch (kind) {
            case HOST -> ResourceViews.hosts(image, now);
            case CLUSTER -> ResourceViews.clusters(image, now);
            case NODE_POOL -> ResourceViews.pools(image, now);
            case NODE -> ResourceViews.nodes(image, now);
            case BUNDLE -> ResourceViews.bundles(image);
        };
        var response = GetResponse.newBuilder().setKind(kind.canonical());
        views.forEach((name, json) -> {
            if (request.getName().isEmpty() || request.getName().equals(name)) {
                response.addResources(Resource.newBuilder()
                        .setKind(kind.canonical())
                        .setName(name)
                        .setJson(json));
            }
        });
        if (!request.getName().isEmpty() && response.getResourcesCount() == 0) {
            throw kind.notFound(request.getName()).asException();
        }
        return response.build();
    }

    EventsResponse events(EventsRequest request) {
        var kind = ResourceKind.parse(request.getKind());
        int limit = request.getLimit() <= 0 ? EVENTS : Math.min(request.getLimit(), MOST_EVENTS);
        var image = fleet.read();
        var hosts = switch (kind) {
            case HOST, NODE -> List.of(host(kind, request.getName(), image));
            case CLUSTER -> hosts(request.getName(), image);
            case NODE_POOL -> pooled(request.getName(), image);
            case BUNDLE -> List.<HostId>of();
        };
        var events = new ArrayList<Event>();
        for (var host : hosts) {
            observed.events(host, limit).forEach(event -> events.add(event(host, event)));
        }
        events.sort(Comparator.comparingLong(Event::getClockMillis)); // stable: each host's own order stays
        return EventsResponse.newBuilder()
                .addAllEvents(events.subList(Math.max(0, events.size() - limit), events.size()))
                .build();
    }

    private static HostId host(ResourceKind kind, String name, FleetImage image) {
        var id = Names.parse(kind, name, HostId::new);
        if (!image.hosts().containsKey(id)) {
            throw kind.notFound(name).asException();
        }
        return id;
    }

    private static List<HostId> hosts(String name, FleetImage image) {
        var cluster = Names.parse(ResourceKind.CLUSTER, name, ClusterName::new);
        if (!image.clusters().containsKey(cluster)) {
            throw ResourceKind.CLUSTER.notFound(name).asException();
        }
        return List.copyOf(image.assigned(cluster).keySet());
    }

    private static List<HostId> pooled(String name, FleetImage image) {
        var pool = Names.parse(ResourceKind.NODE_POOL, name, PoolName::new);
        if (!image.pools().pools().containsKey(pool)) {
            throw ResourceKind.NODE_POOL.notFound(name).asException();
        }
        return image.pools().of(pool).stream().map(PoolRecord::host).toList();
    }

    private static Event event(HostId host, HostEvent event) {
        return Event.newBuilder()
                .setClockMillis(event.clockMillis())
                .setSource(host.value())
                .setSubject(event.subject())
                .setPhase(event.phase())
                .setDetail(event.problem()
                        .map(problem -> problem.code() + ": " + problem.what())
                        .orElse(event.detail()))
                .setElapsedMillis(event.elapsedMillis())
                .setTransferMillis(event.transferMillis())
                .setWaitMillis(event.waitMillis())
                .setRevision(event.revision())
                .build();
    }
}
