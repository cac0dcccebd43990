package io.keelson.cli.context;

/**
 * A control server and the credential for it.
 *
 * @param name by which the operator chooses it
 * @param server {@code host:port} of the operators' port
 * @param ca PEM of the authority that signed the server's certificate; no other is trusted
 * @param token bearer token; a secret
 */
public record ServerContext(String name, String server, String ca, String token) {
    /** Without the token. */
    @Override
    public String toString() {
        return name + " (" + server + ")";
    }
}
