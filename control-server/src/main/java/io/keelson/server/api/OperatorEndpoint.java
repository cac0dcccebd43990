package io.keelson.server.api;

import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.enrolment.JoinTokens;
import io.keelson.server.enrolment.Reinstallation;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.fleet.Fleet;
import io.keelson.server.fleet.LiveFleet;
import io.keelson.server.leader.Leadership;
import io.keelson.server.observed.ObservedStates;
import io.keelson.server.pool.NodePools;
import io.keelson.server.repository.Publication;
import io.keelson.server.repository.ReleaseRepository;
import io.keelson.server.rollout.Removal;
import io.keelson.server.secrets.SecretsRotation;
import io.keelson.server.session.HostQuestions;
import io.keelson.server.snapshots.Snapshots;
import io.keelson.server.store.StateStore;
import java.time.InstantSource;

/** The operators' service; no call of it passes without an operator's token. */
public final class OperatorEndpoint implements BindableService {
    private final OperatorCalls calls;
    private final Authorisation authorisation;

    private OperatorEndpoint(OperatorCalls calls, Authorisation authorisation) {
        this.calls = calls;
        this.authorisation = authorisation;
    }

    /**
     * What the service is made of.
     *
     * @param live for watches; all other answers are read afresh
     */
    public record Parts(
            Operators operators,
            ServerIdentity identity,
            StateStore store,
            Fleet fleet,
            LiveFleet live,
            ObservedStates observed,
            ClusterRegistry clusters,
            NodePools pools,
            Removal removal,
            JoinTokens tokens,
            Hosts hosts,
            AuthorityRotation authorityRotation,
            ClusterPki pki,
            BundleCatalog bundles,
            ReleaseRepository repository,
            Publication publication,
            SecretsRotation secretsRotation,
            HostQuestions questions,
            Leadership leadership,
            Snapshots snapshots,
            ServerEtcd serverEtcd,
            InstantSource clock) {}

    /** The service made of its parts. */
    public static OperatorEndpoint of(Parts parts) {
        var requests = new RequestLog(parts.store());
        var resources = new Resources(parts.fleet(), parts.observed(), parts.clock());
        var use = new OperatorUseCases(
                new Application(parts.fleet(), parts.clusters(), parts.pools(), requests),
                new Deletion(parts.removal(), requests),
                resources,
                new ResourceWatch(parts.live(), resources),
                new TokenRequests(parts.tokens(), parts.hosts(), new Reinstallation(parts.store(), parts.clock())),
                parts.hosts(),
                parts.authorityRotation(),
                parts.clusters(),
                parts.pki(),
                parts.bundles(),
                new RepositoryAnswers(parts.repository(), parts.publication()),
                new SecretsAnswers(parts.secretsRotation()),
                new EtcdAnswers(parts.fleet(), parts.snapshots().index(), parts.serverEtcd(), parts.clock()),
                new EtcdUpkeepRequests(parts.fleet(), parts.clusters()),
                new EtcdUsageAnswers(
                        parts.fleet(),
                        parts.questions(),
                        parts.identity().endpoints().name(),
                        parts.clock()),
                new RefoundingRequests(
                        parts.fleet(), parts.clusters(), parts.questions(), parts.snapshots(), parts.clock()),
                new SnapshotAnswers(parts.clusters(), parts.snapshots()),
                parts.leadership());
        return new OperatorEndpoint(new OperatorCalls(use, parts.identity()), new Authorisation(parts.operators()));
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ServerInterceptors.intercept(calls, authorisation);
    }
}
