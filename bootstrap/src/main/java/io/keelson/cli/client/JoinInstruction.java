package io.keelson.cli.client;

/** What is run on a host so that it joins. */
public final class JoinInstruction {
    private JoinInstruction() {}

    /**
     * The agent's command; the token is in a file, so that it shows in no list of processes.
     *
     * @param endpoint {@code host:port} where hosts enrol
     * @param tokenFile path on the host
     */
    public static String command(String endpoint, String tokenFile) {
        return "keelson-agent join --server " + endpoint + " --token-file " + tokenFile + " --zone ZONE";
    }
}
