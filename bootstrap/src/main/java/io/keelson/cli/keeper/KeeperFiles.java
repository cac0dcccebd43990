package io.keelson.cli.keeper;

import io.keelson.agent.etcd.SnapshotSource;
import io.keelson.agent.host.Units;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the keeper's files lie; all of them root's.
 *
 * @param state what outlives a boot
 * @param report what was seen last, for everybody to read ({@code KeptEtcd} in {@code keelson/keeper/v1/keeper.proto})
 */
public record KeeperFiles(Path state, Path report) {
    /** The keeper's unit; its package installs it. */
    public static final String UNIT = "keelson-etcd-keeper.service";

    /** The control server's own. */
    public static final String SERVER_UNIT = "keelson-server.service";

    /** On every control server's host that has an etcd. */
    public static final KeeperFiles STANDARD =
            new KeeperFiles(Path.of("/var/lib/keelson/etcd-keeper"), Path.of("/run/keelson-etcd-keeper/report"));

    /** What systemd says of the server's unit, for a person. */
    static String said(Optional<Units.State> state) {
        return SERVER_UNIT + " is "
                + state.map(found -> found.active() + " (" + found.sub() + ")").orElse("not installed");
    }

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

    /** Which restore was begun last, and whether it is at its end. */
    public Path restore() {
        return state.resolve("restore.json");
    }

    /** The snapshot with which etcd begins anew, decrypted; only while it does. */
    public Path snapshot() {
        return state.resolve("snapshot.db");
    }

    /** One that somebody wants to restore, decrypted, until it is known whether it can be. */
    public Path opened() {
        return state.resolve("opened.db");
    }

    /** Hands out that snapshot. */
    public SnapshotSource restoring() {
        return (id, to) -> {
            try (var from = Files.newInputStream(snapshot())) {
                from.transferTo(to);
            } catch (NoSuchFileException e) {
                throw new ProblemException(
                        Problem.error(
                                ProblemCode.ETCD_SNAPSHOT_UNKNOWN,
                                "snapshot " + id + ", with which etcd is to begin anew, is gone from " + state,
                                Remedy.advise(
                                        "Name it again, with the confirmation of before.",
                                        "keelson server restore --help")),
                        e);
            }
        };
    }

    /** How the database grew. */
    public Path growth() {
        return state.resolve("etcd-growth.json");
    }
}
