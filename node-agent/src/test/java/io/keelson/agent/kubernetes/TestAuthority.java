package io.keelson.agent.kubernetes;

import io.keelson.fleet.NodeSpec;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.Pem;
import io.keelson.trust.pki.Usage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A control server's part in a node's certificates, with real authorities. */
public final class TestAuthority implements Credentials {
    private static final Duration YEAR = Duration.ofDays(365);

    private final NodeSpec spec;
    private final InstantSource clock;
    private CertificateAuthority kubernetes;
    private final CertificateAuthority etcd;
    private final CertificateAuthority frontProxy;
    private int issued;

    public TestAuthority(NodeSpec spec, InstantSource clock) {
        this.spec = spec;
        this.clock = clock;
        this.kubernetes = authority("kubernetes", clock.instant());
        this.etcd = authority("etcd", clock.instant());
        this.frontProxy = authority("front-proxy", clock.instant());
    }

    private static CertificateAuthority authority(String name, Instant now) {
        return CertificateAuthority.create(name, YEAR.multipliedBy(10), now);
    }

    /** How many certificates were issued. */
    int issued() {
        return issued;
    }

    /** Replaces the Kubernetes authority. */
    void replaceAuthority() {
        kubernetes = authority("kubernetes-2", clock.instant());
    }

    @Override
    public Issued issue(Map<Purpose, byte[]> requests) {
        var chains = new EnumMap<Purpose, byte[]>(Purpose.class);
        requests.forEach((purpose, request) -> chains.put(purpose, issue(purpose, request)));
        return new Issued(
                chains,
                kubernetes.certificatePem(),
                Optional.of(etcd.certificatePem()),
                Optional.of(frontProxy.certificatePem()));
    }

    private byte[] issue(Purpose purpose, byte[] request) {
        issued++;
        var profile = new CertificateProfile(
                purpose.name(),
                List.of(),
                List.of(spec.node().value()),
                List.of(
                        spec.address().value(),
                        "127.0.0.1",
                        spec.network().apiServiceAddress().value()),
                List.of(),
                Usage.SERVER_AND_CLIENT,
                Duration.ofDays(90));
        return Pem.encode(authorityOf(purpose).issue(CertificateRequest.verify(request), profile, clock.instant()));
    }

    private CertificateAuthority authorityOf(Purpose purpose) {
        return switch (purpose) {
            case ETCD_SERVER, ETCD_PEER, ETCD_CLIENT -> etcd;
            case FRONT_PROXY_CLIENT -> frontProxy;
            case KUBE_APISERVER,
                    KUBE_APISERVER_KUBELET_CLIENT,
                    KUBE_CONTROLLER_MANAGER,
                    KUBE_SCHEDULER,
                    KUBELET_CLIENT,
                    KUBELET_SERVER,
                    KUBE_PROXY,
                    AGENT_ADMIN -> kubernetes;
        };
    }

    @Override
    public ServiceAccountKey serviceAccountKey() {
        return new ServiceAccountKey(
                "key\n".getBytes(StandardCharsets.UTF_8), "public key\n".getBytes(StandardCharsets.UTF_8));
    }
}
