package io.keelson.cli.keeper;

import io.keelson.release.Digest;
import java.nio.file.Path;

/**
 * Where the keeper's files lie; all of them root's.
 *
 * @param state what outlives a boot
 * @param report what was seen last, for everybody to read ({@code KeptEtcd} in {@code keelson/keeper/v1/keeper.proto})
 */
public record KeeperFiles(Path state, Path report) {
    /** The keeper's unit; its package installs it. */
    public static final String UNIT = "keelson-etcd-keeper.service";

    /** On every control server's host that has an etcd. */
    public static final KeeperFiles STANDARD =
            new KeeperFiles(Path.of("/var/lib/keelson/etcd-keeper"), Path.of("/run/keelson-etcd-keeper/report"));

    /** What the server's etcd is to be. */
    public Path order() {
        return state.resolve("order.json");
    }

    /** The manifest of the release that the order names. */
    public Path manifest(Digest digest) {
        return state.resolve(digest.hex() + ".manifest.json");
    }

    /** What was tried. Whoever works on the server's etcd has it open, so that nobody else does. */
    public Path journal() {
        return state.resolve("journal");
    }

    /** How the database grew. */
    public Path growth() {
        return state.resolve("etcd-growth.json");
    }
}
