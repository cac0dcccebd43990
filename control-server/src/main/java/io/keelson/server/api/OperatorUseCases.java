package io.keelson.server.api;

import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.fleet.ClusterRegistry;
import io.keelson.server.leader.Leadership;

/** What operators may ask for; each call uses one of these. */
record OperatorUseCases(
        Application application,
        Deletion deletion,
        Resources resources,
        ResourceWatch watch,
        TokenRequests tokens,
        Hosts hosts,
        AuthorityRotation authorityRotation,
        ClusterRegistry clusters,
        ClusterPki pki,
        BundleCatalog bundles,
        RepositoryAnswers repository,
        SecretsAnswers secrets,
        EtcdAnswers etcd,
        EtcdUpkeepRequests etcdUpkeep,
        EtcdUsageAnswers etcdUsage,
        RefoundingRequests refoundings,
        SnapshotAnswers snapshots,
        Leadership leadership) {}
