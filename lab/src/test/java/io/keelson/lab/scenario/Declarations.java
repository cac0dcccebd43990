package io.keelson.lab.scenario;

import io.keelson.lab.fleet.Artifacts;

/** Clusters that scenarios declare beside the shared one. */
final class Declarations {
    private Declarations() {}

    /** Networks are apart from the shared cluster's. @param controlPlane host names separated by commas */
    static String cluster(String name, String controlPlane, String workers) {
        return cluster(name, Artifacts.BUNDLE, controlPlane, workers);
    }

    static String cluster(String name, String bundle, String controlPlane, String workers) {
        return """
                apiVersion: keelson.io/v1alpha1
                kind: Cluster
                metadata:
                  name: %s
                spec:
                  bundle: %s
                  network:
                    pods: 10.245.0.0/16
                    services: 10.97.0.0/16
                  controlPlane:
                    hosts: [%s]
                  pools:
                    - name: default
                      hosts: [%s]
                """.formatted(name, bundle, controlPlane, workers);
    }
}
