package io.keelson.cli.context;

import io.keelson.release.Digest;
import java.util.Optional;

/**
 * A control server and the credential for it.
 *
 * @param name by which the operator chooses it
 * @param server {@code host:port} of the operators' port
 * @param ca PEM of the authority that signed the server's certificate; no other is trusted
 * @param token bearer token; a secret
 * @param root digest of the release repository's root, as a file; tokens carry it to hosts that join, so that these need
 *     not take the server's word. Empty if it is not known here
 */
public record ServerContext(String name, String server, String ca, String token, Optional<Digest> root) {
    /** Trusting other authorities. */
    public ServerContext withCa(String pem) {
        return new ServerContext(name, server, pem, token, root);
    }

    /** Knowing another root. */
    public ServerContext withRoot(Digest known) {
        return new ServerContext(name, server, ca, token, Optional.of(known));
    }

    /** Without the token. */
    @Override
    public String toString() {
        return name + " (" + server + ")";
    }
}
