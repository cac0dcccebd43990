package io.keelson.server.drill;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;

/**
 * etcd's own programs on the server's host, from the release that the server's own etcd runs from.
 *
 * @param etcd runs a member
 * @param etcdutl makes a data directory of a snapshot
 */
record EtcdPrograms(Path etcd, Path etcdutl) {
    /**
     * Those of the release that was installed last.
     *
     * @param releases {@code /opt/keelson/releases}
     * @throws io.keelson.problem.ProblemException ETCD_SNAPSHOT_UNPROVEN if there are none
     */
    static EtcdPrograms find(Path releases) {
        try (var installed = Files.list(releases)) {
            return installed
                    .filter(release -> of(release).usable())
                    .max(Comparator.comparing(EtcdPrograms::installed))
                    .map(EtcdPrograms::of)
                    .orElseThrow(() -> missing(releases));
        } catch (java.nio.file.NoSuchFileException e) {
            throw missing(releases);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + releases, e);
        }
    }

    private static EtcdPrograms of(Path release) {
        return new EtcdPrograms(release.resolve("bin/etcd"), release.resolve("bin/etcdutl"));
    }

    private static FileTime installed(Path release) {
        try {
            return Files.getLastModifiedTime(release);
        } catch (IOException e) {
            return FileTime.fromMillis(0); // removed meanwhile
        }
    }

    private boolean usable() {
        return Files.isExecutable(etcd) && Files.isExecutable(etcdutl);
    }

    private static RuntimeException missing(Path releases) {
        return Problem.error(
                        ProblemCode.ETCD_SNAPSHOT_UNPROVEN,
                        "the server's host has no etcd and etcdutl below " + releases,
                        Remedy.advise(
                                "Set keelson.snapshots.releases-dir to where a release is installed.",
                                "ls " + releases))
                .asException();
    }
}
