package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.plan.Activity;
import io.keelson.agent.plan.Finding;
import io.keelson.agent.plan.Finding.Needed;
import io.keelson.agent.plan.Finding.Refused;
import io.keelson.agent.plan.Finding.Satisfied;
import io.keelson.agent.plan.Step;
import io.keelson.agent.plan.StepId;
import io.keelson.agent.plan.Undo;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.CertificateAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A certificate authority that is made once and never replaced: what it has signed would be worth nothing.
 *
 * @param name its common name
 * @param directory holds {@code ca.crt} and {@code ca.key}
 * @param forServer whether the server uses the key itself, so that it must belong to the server's user
 * @param proof a file that exists only after the authority has signed something
 */
record Authority(StepId id, String title, String name, Path directory, boolean forServer, Path proof) implements Step {
    /** Of an authority. */
    static final Duration VALIDITY = Duration.ofDays(3653);

    @Override
    public Finding observe(Host host) {
        var loaded = load(host);
        if (loaded.isPresent()) {
            var gap = forServer ? ServerFiles.gap(host, key()) : Optional.<String>empty();
            return gap.<Finding>map(Needed::new)
                    .orElseGet(() -> new Satisfied(certificate() + " valid until "
                            + loaded.get().certificate().getNotAfter().toInstant()));
        }
        return host.files().exists(proof) ? new Refused(lost()) : new Needed("no authority in " + directory + " yet");
    }

    @Override
    public void apply(Host host, Activity activity) {
        host.files().directory(directory, Access.PUBLIC);
        if (load(host).isEmpty()) {
            var made = CertificateAuthority.create(name, VALIDITY, host.clock().instant());
            host.files().write(key(), made.keyPem(), Access.SECRET);
            host.files().write(certificate(), made.certificatePem(), Access.PUBLIC);
        }
        if (forServer) {
            host.files().owner(key(), ServerLayout.USER);
        }
    }

    @Override
    public Undo undo() {
        return new Undo.Impossible("what the authority has signed would be worth nothing without it");
    }

    /** The authority, if both its files are there and belong together. */
    Optional<CertificateAuthority> load(Host host) {
        var certificate = host.files().read(certificate());
        var key = host.files().read(key());
        if (certificate.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(CertificateAuthority.load(certificate.get(), key.get()));
        } catch (ProblemException e) {
            return Optional.empty();
        }
    }

    Path certificate() {
        return directory.resolve("ca.crt");
    }

    private Path key() {
        return directory.resolve("ca.key");
    }

    private Problem lost() {
        return Problem.error(
                ProblemCode.SERVER_ALREADY_INITIALISED,
                certificate() + " and " + key() + " are not there or do not belong together, but " + proof
                        + " was signed by them",
                Remedy.advise("Put both files back from a backup.", "ls -l " + directory));
    }
}
