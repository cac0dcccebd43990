package io.keelson.server.store;

import io.keelson.etcd.SnapshotId;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.PoolName;
import io.keelson.release.BundleName;

/** Where things are kept. Each prefix has one writer. */
public final class Keys {
    /** Everything that this version of the format keeps. */
    public static final String ROOT = "/keelson/v1/";
    /** The leader's name, under its lease; written by the leader package. */
    public static final String LEADER = ROOT + "leader";
    /** Names and addresses of the running servers, each under its lease; written by the leader package. */
    public static final String SERVERS = ROOT + "servers/";
    /** Enrolled hosts; written by enrolment. */
    public static final String HOSTS = ROOT + "hosts/";
    /** Join tokens; written by enrolment. */
    public static final String TOKENS = ROOT + "tokens/";
    /** What each host is to be; written by desired. */
    public static final String DESIRED = ROOT + "desired/";
    /** What each host says it is; written by observed. */
    public static final String OBSERVED = ROOT + "observed/";
    /** What happened on each host; written by observed. */
    public static final String EVENTS = ROOT + "events/";
    /** Declared clusters; written by the fleet's registry. */
    public static final String CLUSTERS = ROOT + "clusters/";
    /** Declared node pools; written by pool. */
    public static final String POOLS = ROOT + "pools/";
    /** What pools do with each host; written by pool, by the leader. */
    public static final String POOL_HOSTS = ROOT + "pool-hosts/";
    /** What became of the hosts of each pool; written by pool, by the leader. */
    public static final String POOL_HISTORY = ROOT + "pool-history/";
    /** How pools stand, for people; written by pool, by the leader. */
    public static final String POOL_STANDINGS = ROOT + "pool-standings/";
    /** How far hosts are on their way out of a cluster; written by departures. */
    public static final String DEPARTURES = ROOT + "departures/";
    /** Published bundles; written by content. */
    public static final String BUNDLES = ROOT + "bundles/";
    /** Authorities of the clusters, sealed; written by clusterpki, wrapped anew by secrets. */
    public static final String PKI = ROOT + "pki/";
    /** Which key seals secrets, and which keys each server has; written by secrets. */
    public static final String SECRETS = ROOT + "secrets/";
    /** The authorities for servers and hosts; written by authority. */
    public static final String AUTHORITIES = ROOT + "authorities";
    /** Their private keys by number, sealed; written by authority, wrapped anew by secrets. */
    public static final String AUTHORITY_KEYS = ROOT + "authority-keys/";
    /** Which of them each host trusts; written by authority. */
    public static final String HOST_TRUST = ROOT + "host-trust/";
    /** The release repository; written by repository, its snapshot and timestamp by the leader's loop there. */
    public static final String REPOSITORY = ROOT + "repository/";
    /** Written with every change of the release repository. */
    public static final String REPOSITORY_ORDER = REPOSITORY + "order";
    /** The release repository's timestamp, the file itself. */
    public static final String REPOSITORY_TIMESTAMP = REPOSITORY + "timestamp";
    /** The release repository's other metadata. */
    public static final String REPOSITORY_METADATA = REPOSITORY + "metadata/";
    /** Small files that the release repository's targets metadata lists. */
    public static final String REPOSITORY_TARGETS = REPOSITORY + "targets/";
    /** Snapshots of clusters' etcd that were handed in; written by snapshots. */
    public static final String ETCD_SNAPSHOTS = ROOT + "etcd-snapshots/";
    /** Answers to requests that may be retried; written by the API. */
    public static final String REQUESTS = ROOT + "requests/";
    /** The audit log; written by audit. */
    public static final String AUDIT = ROOT + "audit/";

    private Keys() {}

    /** An enrolled host. */
    public static String host(HostId host) {
        return HOSTS + host;
    }

    /** A join token by its id. */
    public static String token(String id) {
        return TOKENS + id;
    }

    /** The private key of an authority for servers and hosts. */
    public static String authorityKey(int number) {
        return AUTHORITY_KEYS + number;
    }

    /** Which authorities a host trusts. */
    public static String hostTrust(HostId host) {
        return HOST_TRUST + host;
    }

    /** What a host is to be. */
    public static String desired(HostId host) {
        return DESIRED + host;
    }

    /** What a host says it is. */
    public static String observed(HostId host) {
        return OBSERVED + host;
    }

    /** How far a host is on its way out of a cluster. */
    public static String departure(HostId host) {
        return DEPARTURES + host;
    }

    /** All events of a host. */
    public static String events(HostId host) {
        return EVENTS + host + "/";
    }

    /** One event of a host; keys sort as their numbers. */
    public static String event(HostId host, long number) {
        return events(host) + "%016d".formatted(number);
    }

    /** A declared cluster. */
    public static String cluster(ClusterName cluster) {
        return CLUSTERS + cluster;
    }

    /** A declared node pool. */
    public static String pool(PoolName pool) {
        return POOLS + pool;
    }

    /** What a pool does with a host. */
    public static String poolHost(HostId host) {
        return POOL_HOSTS + host;
    }

    /** How a pool stands. */
    public static String poolStanding(PoolName pool) {
        return POOL_STANDINGS + pool;
    }

    /** All events of a pool. */
    public static String poolHistory(PoolName pool) {
        return POOL_HISTORY + pool + "/";
    }

    /** One event of a pool; keys sort as their numbers. */
    public static String poolEvent(PoolName pool, long number) {
        return poolHistory(pool) + "%016d".formatted(number);
    }

    /** A published bundle. */
    public static String bundle(BundleName bundle) {
        return BUNDLES + bundle;
    }

    /** What all versions of a role's metadata begin with. */
    public static String repositoryMetadata(String encodedRole) {
        return REPOSITORY_METADATA + encodedRole + "/";
    }

    /** One version of a role's metadata; keys sort as their versions. */
    public static String repositoryMetadata(String encodedRole, long version) {
        return repositoryMetadata(encodedRole) + "%019d".formatted(version);
    }

    /** A small target by its path, its hash in front of the name. */
    public static String repositoryTarget(String path) {
        return REPOSITORY_TARGETS + path;
    }

    /** A part of a cluster's authorities. */
    public static String pki(ClusterName cluster, String what) {
        return PKI + cluster + "/" + what;
    }

    /** All snapshots of a cluster's etcd. */
    public static String etcdSnapshots(ClusterName cluster) {
        return ETCD_SNAPSHOTS + cluster + "/";
    }

    /** One of them. */
    public static String etcdSnapshot(ClusterName cluster, SnapshotId id) {
        return etcdSnapshots(cluster) + id;
    }

    /** The ids of a server's keys. */
    public static String secretKeys(String server) {
        return SECRETS + "servers/" + server;
    }

    /** The answer to a request. */
    public static String request(String id) {
        return REQUESTS + id;
    }
}
