package io.keelson.agent.session.identity;

import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.pki.HostUri;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** What a certificate must be to serve as this host's own. */
public final class HostCertificate {
    private HostCertificate() {}

    /**
     * Accepts a certificate that one of the authorities signed, for this host and this key, valid now.
     *
     * @throws ProblemException IDENTITY_REJECTED otherwise
     */
    public static void verify(
            List<X509Certificate> chain, List<X509Certificate> ca, HostId host, PublicKey key, Instant now) {
        if (chain.isEmpty()) {
            throw rejected("the server sent no certificate");
        }
        var leaf = chain.getFirst();
        if (!leaf.getPublicKey().equals(key)) {
            throw rejected("the certificate is for another key");
        }
        if (!HostUri.hostId(leaf).equals(java.util.Optional.of(host))) {
            throw rejected("the certificate does not name host " + host);
        }
        if (!validAt(leaf, now) || ca.stream().noneMatch(authority -> signed(authority, leaf))) {
            throw rejected("the certificate is not signed by the server's authority, or not valid now");
        }
    }

    /** Whether the authority has signed the certificate, whenever that is valid. */
    public static boolean signed(X509Certificate authority, X509Certificate leaf) {
        try {
            leaf.verify(authority.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static boolean validAt(X509Certificate leaf, Instant now) {
        return !now.isBefore(leaf.getNotBefore().toInstant())
                && !now.isAfter(leaf.getNotAfter().toInstant());
    }

    static ProblemException rejected(String why) {
        return Problem.error(
                        ProblemCode.IDENTITY_REJECTED,
                        "the server's answer cannot become this host's identity: " + why,
                        Remedy.advise(
                                "Check the host's clock and the server's name, then ask for a new token.",
                                "keelson token create"))
                .asException();
    }
}
