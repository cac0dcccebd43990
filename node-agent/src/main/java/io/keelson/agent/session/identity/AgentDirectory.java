package io.keelson.agent.session.identity;

import java.nio.file.Path;

/**
 * Where the agent keeps its own state.
 *
 * @param root {@code /var/lib/keelson/agent}
 */
public record AgentDirectory(Path root) {
    /** The place on a real host. */
    public static final AgentDirectory STANDARD = new AgentDirectory(Path.of("/var/lib/keelson/agent"));

    /** Keys and certificates; mode 0700. */
    public Path identity() {
        return root.resolve("identity");
    }

    /** The plan runner's journal. */
    public Path journal() {
        return root.resolve("journal");
    }

    /** The last order that was accepted. */
    public Path state() {
        return root.resolve("state.json");
    }

    /** What this host trusts of the release repository. */
    public Path trust() {
        return root.resolve("trust");
    }

    /** Which bundles this host has accepted, and their manifests. */
    public Path manifests() {
        return root.resolve("manifests");
    }

    /** Which levels of the operating system this host has accepted, and their manifests. */
    public Path levels() {
        return root.resolve("levels");
    }

    /** How the database of the etcd member on this host grew. */
    public Path etcdGrowth() {
        return root.resolve("etcd-growth.json");
    }

    /** Reports that no server has yet. */
    public Path spool() {
        return root.resolve("spool");
    }

    /** Encrypted snapshots of the host's etcd member; mode 0700. */
    public Path snapshots() {
        return root.resolve("snapshots");
    }
}
