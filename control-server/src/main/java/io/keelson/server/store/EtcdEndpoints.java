package io.keelson.server.store;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Where the management etcd is and by which certificate the server speaks to it. There is no form without TLS.
 *
 * @param endpoints {@code https://host:port} of the members, at least one
 * @param ca PEM of the authority that signs the members' certificates
 * @param certificate PEM of the server's own certificate, leaf first
 * @param key PKCS #8 PEM of its key
 */
public record EtcdEndpoints(List<URI> endpoints, Path ca, Path certificate, Path key) {
    public EtcdEndpoints {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("no endpoint of etcd is named");
        }
        for (var endpoint : endpoints) {
            if (!"https".equals(endpoint.getScheme()) || endpoint.getHost() == null || endpoint.getPort() < 0) {
                throw new IllegalArgumentException("not an endpoint of etcd (want https://host:2379): " + endpoint);
            }
        }
    }
}
