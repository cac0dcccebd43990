package io.keelson.agent.kubernetes;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.kubernetes.Credentials.Purpose;
import io.keelson.agent.os.HostFile;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateRequest;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The node's certificates. Keys are made here and never leave the host; a renewal keeps the key, so that certificate
 * and key fit each other at every moment, whatever is cut short.
 *
 * <p>Who needs a restart after a renewal: nobody but the kubelet for its serving certificate, which its unit names as
 * an input. etcd, the API server and all clients read renewed files by themselves. A changed authority restarts the
 * services that trust it.
 */
record CertificatesStep(List<CertificateFile> certificates, Credentials credentials) implements Step {
    CertificatesStep {
        certificates = List.copyOf(certificates);
    }

    @Override
    public StepId id() {
        return new StepId("kubernetes.certificates");
    }

    @Override
    public String title() {
        return "obtain the node's certificates";
    }

    @Override
    public Finding observe(Host host) {
        var gaps = certificates.stream()
                .flatMap(file -> file.gap(host).map(gap -> file.certificate() + " " + gap).stream())
                .collect(Collectors.joining("; "));
        return gaps.isEmpty()
                ? new Satisfied(certificates.size() + " certificates with enough life left")
                : new Needed(gaps);
    }

    @Override
    public void apply(Host host, Activity activity) {
        var needed =
                certificates.stream().filter(file -> file.gap(host).isPresent()).toList();
        var requests = new EnumMap<Purpose, byte[]>(Purpose.class);
        for (var file : needed) {
            requests.put(
                    file.purpose(),
                    CertificateRequest.create(keys(host, file), file.purpose().name()));
        }
        activity.progress("asking for " + requests.size() + " certificates");
        var issued = activity.transferring(() -> credentials.issue(requests));
        write(host, NodeFiles.CLUSTER_CA, Optional.of(issued.kubernetesCa()));
        write(host, NodeFiles.ETCD_CA, issued.etcdCa());
        write(host, NodeFiles.FRONT_PROXY_CA, issued.frontProxyCa());
        for (var file : needed) {
            write(host, file.certificate(), Optional.ofNullable(issued.chains().get(file.purpose())));
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> certificates.forEach(file -> {
            host.files().remove(file.certificate());
            host.files().remove(file.key());
        }));
    }

    /** The key pair on disk, or a fresh one that is made durable before anybody hears of it. */
    private static KeyPair keys(Host host, CertificateFile file) {
        var existing = file.existingKey(host);
        if (existing.isPresent()) {
            try {
                return new KeyPair(Keys.publicKeyOf(existing.get()), existing.get());
            } catch (InvalidKeyException e) {
                throw new IllegalStateException("a key that was read has no public half", e);
            }
        }
        var fresh = Keys.generate(Algorithm.ECDSA_P256);
        host.files().write(file.key(), Pem.encode(fresh.getPrivate()), Access.SECRET);
        return fresh;
    }

    private static void write(Host host, Path path, Optional<byte[]> pem) {
        pem.map(bytes -> new HostFile(path, bytes, Access.PUBLIC))
                .filter(file -> !file.isOn(host))
                .ifPresent(file -> file.write(host));
    }
}
