package io.keelson.server.kubernetes;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.fleet.ClusterName;
import io.keelson.fleet.HostId;
import io.keelson.fleet.Role;
import io.keelson.loopback.FreePort;
import io.keelson.server.audit.AuditLog;
import io.keelson.server.clusterpki.ClusterPki;
import io.keelson.server.clusterpki.Purpose;
import io.keelson.server.desired.TestNodes;
import io.keelson.server.kubetunnel.TunnelListener;
import io.keelson.server.kubetunnel.TunnelRoutes;
import io.keelson.server.secrets.KeyRing;
import io.keelson.server.secrets.Vault;
import io.keelson.server.session.ByteTunnel;
import io.keelson.server.store.EtcdProcess;
import io.keelson.server.store.InMemoryStateStore;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.secret.SecretKeyFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real kube-apiserver with a real etcd, with certificates of the server's own authorities, behind the server's own tunnel.
 * There is no kubelet and no controller: what they would do, a test does.
 */
final class KubeApiServer implements AutoCloseable {
    private static final String VERSION = "1.20.2";
    private static final Path ADDON =
            Path.of("../bootstrap/src/main/resources/io/keelson/cli/release/addons/node-maintenance.yaml");

    final InMemoryStateStore store = new InMemoryStateStore();
    final ClusterName cluster;
    final TunnelledApis apis;
    final KubernetesClient admin;
    private final EtcdProcess etcd;
    private final TunnelListener tunnels;
    private final Process process;
    private final int port = FreePort.next();

    KubeApiServer(Path directory) throws IOException {
        var clock = InstantSource.system();
        var secrets = directory.resolve("secrets.key");
        AtomicFile.write(secrets, SecretKeyFile.newKeyLine().getBytes(StandardCharsets.US_ASCII), FileMode.SECRET);
        var pki = new ClusterPki(
                store,
                new Vault(store, new KeyRing(SecretKeyFile.of(secrets))),
                new AuditLog(store, "server-1", clock),
                clock);
        var node = TestNodes.node("cp-a", Role.CONTROL_PLANE);
        cluster = node.cluster();
        etcd = EtcdProcess.start(directory.resolve("etcd"));
        var keys = Keys.generate(Algorithm.ECDSA_P256);
        Files.write(directory.resolve("tls.key"), Pem.encode(keys.getPrivate()));
        Files.write(directory.resolve("tls.crt"), pki.issue("test", node, Purpose.KUBE_APISERVER, keys.getPublic()));
        Files.write(directory.resolve("ca.crt"), pki.certificates(cluster).kubernetes());
        var accounts = pki.serviceAccountKey("test", node);
        Files.write(directory.resolve("sa.pub"), accounts.publicKey());
        Files.write(directory.resolve("sa.key"), accounts.privateKey());
        process = new ProcessBuilder(command(directory))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("apiserver.log").toFile())
                .start();
        tunnels = new TunnelListener(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), new Routes(), 20);
        tunnels.start();
        apis = new TunnelledApis(pki, new Routes(), tunnels::port, clock);
        var credentials = pki.adminCertificate("test", cluster, "admin");
        admin = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("https://127.0.0.1:" + port)
                        .withCaCertData(base64(credentials.authority()))
                        .withClientCertData(base64(credentials.certificate()))
                        .withClientKeyData(base64(credentials.key()))
                        .withClientKeyAlgo("EC")
                        .build())
                .build();
        await("the API server is ready").atMost(Duration.ofMinutes(2)).until(this::isReady);
        try (var addon = Files.newInputStream(ADDON)) {
            admin.load(addon).create();
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    /** Ready, and with the namespaces that are always there. */
    private boolean isReady() {
        try {
            return admin.namespaces().withName("kube-system").get() != null
                    && admin.namespaces().withName("default").get() != null
                    && admin.raw("/readyz", "GET", null).startsWith("ok");
        } catch (KubernetesClientException e) {
            return false;
        }
    }

    private List<String> command(Path directory) {
        var store = etcd.endpoints();
        return List.of(
                EtcdProcess.binary()
                        .resolve("../../../kubernetes/" + VERSION + "/kube-apiserver")
                        .normalize()
                        .toString(),
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--etcd-servers=" + store.endpoints().getFirst(),
                "--etcd-cafile=" + store.ca(),
                "--etcd-certfile=" + store.certificate(),
                "--etcd-keyfile=" + store.key(),
                "--client-ca-file=" + directory.resolve("ca.crt"),
                "--tls-cert-file=" + directory.resolve("tls.crt"),
                "--tls-private-key-file=" + directory.resolve("tls.key"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-account-key-file=" + directory.resolve("sa.pub"),
                "--service-account-signing-key-file=" + directory.resolve("sa.key"),
                "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=RBAC",
                "--anonymous-auth=false",
                "--disable-admission-plugins=ServiceAccount");
    }

    /** Stops it. */
    void kill() {
        try {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        admin.close();
        tunnels.close();
        kill();
        etcd.close();
        store.close();
    }

    /** One host, whose tunnel leads straight to the API server. */
    private final class Routes implements TunnelRoutes {
        @Override
        public List<HostId> candidates(ClusterName asked) {
            return asked.equals(cluster) ? List.of(new HostId("cp-a")) : List.of();
        }

        @Override
        public ByteTunnel open(HostId host) {
            try {
                return new SocketTunnel(new Socket(InetAddress.getLoopbackAddress(), port));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private record SocketTunnel(Socket socket) implements ByteTunnel {
        @Override
        public InputStream in() {
            try {
                return socket.getInputStream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public OutputStream out() {
            try {
                return socket.getOutputStream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
