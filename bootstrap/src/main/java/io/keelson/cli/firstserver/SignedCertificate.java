package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.ProblemException;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.CertificateProfile;
import io.keelson.trust.pki.Keys;
import io.keelson.trust.pki.Pem;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * A key and its certificate by one of the authorities. Made anew when less than a third of its life is left, when a
 * name is missing, or when it is not the authority's.
 *
 * @param directory holds {@code name.crt}, {@code name.key} and, if wanted, the authority's {@code ca.crt}
 * @param forServer whether the files must belong to the server's user
 */
record SignedCertificate(
        StepId id,
        String title,
        Authority authority,
        CertificateProfile profile,
        Path directory,
        String name,
        boolean forServer)
        implements Step {
    @Override
    public Finding observe(Host host) {
        var gap = fileGap(host).or(() -> certificateGap(host));
        return gap.<Finding>map(Needed::new).orElseGet(() -> new Satisfied(certificate() + " is good"));
    }

    @Override
    public void apply(Host host, Activity activity) {
        var issuer = authority
                .load(host)
                .orElseThrow(() -> new IllegalStateException("the step before has made the authority"));
        host.files().directory(directory, Access.PUBLIC);
        if (certificateGap(host).isPresent()) {
            var pair = Keys.generate(Algorithm.ECDSA_P256);
            var issued = issuer.issue(pair.getPublic(), profile, host.clock().instant());
            host.files().write(key(), Pem.encode(pair.getPrivate()), Access.SECRET);
            // With its authority: hosts that join know that one by its hash alone and have to be shown it.
            host.files().write(certificate(), Pem.encode(List.of(issued, issuer.certificate())), Access.PUBLIC);
        }
        host.files().write(directory.resolve("ca.crt"), issuer.certificatePem(), Access.PUBLIC);
        if (forServer) {
            host.files().owner(key(), ServerLayout.USER);
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Reverse(host -> {
            host.files().remove(key());
            host.files().remove(certificate());
        });
    }

    private Path key() {
        return directory.resolve(name + ".key");
    }

    private Path certificate() {
        return directory.resolve(name + ".crt");
    }

    private Optional<String> fileGap(Host host) {
        var trusted = directory.resolve("ca.crt");
        var expected = authority
                .load(host)
                .map(found -> new String(found.certificatePem(), java.nio.charset.StandardCharsets.US_ASCII));
        if (expected.isEmpty() || !ServerFiles.text(host, trusted).equals(expected)) {
            return Optional.of(trusted + " missing or of another authority");
        }
        return forServer ? ServerFiles.gap(host, key()) : Optional.empty();
    }

    private Optional<String> certificateGap(Host host) {
        var certificatePem = host.files().read(certificate());
        var keyPem = host.files().read(key());
        var issuer = authority.load(host);
        if (certificatePem.isEmpty() || keyPem.isEmpty() || issuer.isEmpty()) {
            return Optional.of(certificate() + " or its key missing");
        }
        try {
            var chain = Pem.certificates(certificatePem.get());
            if (!chain.getLast().equals(issuer.get().certificate())) {
                return Optional.of(certificate() + " does not carry its authority");
            }
            var found = chain.getFirst();
            found.verify(issuer.get().certificate().getPublicKey());
            if (!Keys.publicKeyOf(Pem.privateKey(keyPem.get())).equals(found.getPublicKey())) {
                return Optional.of(key() + " does not belong to " + certificate());
            }
            return lifeGap(found, Date.from(host.clock().instant())).or(() -> nameGap(found));
        } catch (GeneralSecurityException | ProblemException e) {
            return Optional.of(certificate() + " is not the authority's: " + e.getMessage());
        }
    }

    private Optional<String> lifeGap(X509Certificate found, Date now) {
        long whole = found.getNotAfter().getTime() - found.getNotBefore().getTime();
        return found.getNotAfter().getTime() - now.getTime() < whole / 3
                ? Optional.of(
                        certificate() + " expires at " + found.getNotAfter().toInstant())
                : Optional.empty();
    }

    private Optional<String> nameGap(X509Certificate found) {
        var wanted = new TreeSet<>(profile.dnsNames());
        wanted.addAll(profile.ipAddresses());
        try {
            wanted.removeAll(names(found));
        } catch (CertificateParsingException e) {
            return Optional.of(certificate() + " cannot be read: " + e.getMessage());
        }
        return wanted.isEmpty()
                ? Optional.empty()
                : Optional.of(certificate() + " does not name " + String.join(", ", wanted));
    }

    private static List<String> names(X509Certificate found) throws CertificateParsingException {
        return Optional.ofNullable(found.getSubjectAlternativeNames()).stream()
                .flatMap(Collection::stream)
                .map(entry -> String.valueOf(entry.get(1)))
                .toList();
    }
}
