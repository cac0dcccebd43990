package io.keelson.server.api;

import io.keelson.fleet.ClusterName;
import io.keelson.server.clusterpki.ClientCredentials;
import io.keelson.server.clusterpki.Purpose;
import java.util.Base64;

/** The file that kubectl reads ({@code kubectl.config.v1}); every value in it is quoted JSON, which is YAML. */
final class KubeconfigFile {
    private KubeconfigFile() {}

    /**
     * One context for one cluster.
     *
     * @param endpoint host:port of the server's tunnel
     */
    static String render(ClusterName cluster, String endpoint, String user, ClientCredentials credentials) {
        return """
                apiVersion: v1
                kind: Config
                current-context: %1$s
                clusters:
                - name: %1$s
                  cluster:
                    server: "https://%2$s"
                    tls-server-name: "%3$s"
                    certificate-authority-data: %4$s
                contexts:
                - name: %1$s
                  context:
                    cluster: %1$s
                    user: "%5$s"
                users:
                - name: "%5$s"
                  user:
                    client-certificate-data: %6$s
                    client-key-data: %7$s
                """.formatted(
                        '"' + cluster.value() + '"',
                        endpoint,
                        Purpose.tunnelName(cluster),
                        base64(credentials.authority()),
                        user,
                        base64(credentials.certificate()),
                        base64(credentials.key()));
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
