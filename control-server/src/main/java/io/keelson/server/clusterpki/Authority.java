package io.keelson.server.clusterpki;

/** The three authorities of a cluster, which must not be one: a client of etcd is no client of the API server. */
enum Authority {
    KUBERNETES("kubernetes"),
    ETCD("etcd"),
    FRONT_PROXY("front-proxy");

    private final String key;

    Authority(String key) {
        this.key = key;
    }

    /** Its name in the store and in the certificate's subject. */
    String key() {
        return key;
    }
}
