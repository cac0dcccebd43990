package io.keelson.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.cli.Invocation;
import io.keelson.cli.release.SampleRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Signs as a user does; keys have no passphrase, so that nobody waits for its derivation. */
abstract class CeremonyFixture {
    @TempDir
    Path directory;

    final String path(String name) {
        return Objects.requireNonNull(directory).resolve(name).toString();
    }

    static Invocation trust(String... arguments) {
        return Invocation.of(
                Stream.concat(Stream.of("trust"), Stream.of(arguments)).toArray(String[]::new));
    }

    /** Runs a command on the test's repository. */
    final Invocation on(String command, String... arguments) {
        return trust(Stream.concat(Stream.of(command, "--repository", path("releases")), Stream.of(arguments))
                .toArray(String[]::new));
    }

    static Invocation done(Invocation invocation) {
        assertThat(invocation.status()).as(invocation.err()).isZero();
        return invocation;
    }

    static void refused(Invocation invocation, String... words) {
        assertThat(invocation.status()).as(invocation.err()).isEqualTo(1);
        assertThat(invocation.err()).contains("why:", "do:").contains(words);
    }

    final void keys(String... names) {
        for (var name : names) {
            done(trust("keygen", "--out", path(name), "--no-passphrase"));
        }
    }

    final String pubs(String... names) {
        return String.join(
                ",", Stream.of(names).map(name -> path(name + ".pub")).toList());
    }

    final Invocation sign(String name) {
        return on("sign", "--key", path(name + ".key"), "--yes");
    }

    /** Three people and a server; drafts that nobody has signed. */
    final Invocation begun() {
        keys("alice", "bob", "carol", "online");
        return done(on("init", "--root-keys", pubs("alice", "bob", "carol"), "--online-key", path("online.pub")));
    }

    /** A repository that releases one bundle. @return the bundle's directory */
    final String released() {
        begun();
        var bundle = bundle("1.31");
        done(on("add", bundle));
        done(sign("alice"));
        done(sign("bob"));
        return bundle;
    }

    /** A bundle of that minor. @return its directory */
    final String bundle(String minor) {
        try {
            var home = Files.createDirectories(directory.resolve("release-" + minor));
            var file = SampleRelease.write(home, minor, List.of());
            var target = path("bundle-" + minor);
            done(Invocation.of("bundle", "build", "-f", file.toString(), "-o", target, "--cache", path("cache")));
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    final String shown(String... arguments) {
        return done(on("show", arguments)).out();
    }
}
