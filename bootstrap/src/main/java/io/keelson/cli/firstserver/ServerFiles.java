package io.keelson.cli.firstserver;

import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** Files that only the server reads: owned by its user, 0600. */
final class ServerFiles {
    private ServerFiles() {}

    static void write(Host host, Path file, byte[] content) {
        host.files().write(file, content, Access.SECRET);
        host.files().owner(file, ServerLayout.USER);
    }

    static void write(Host host, Path file, String content) {
        write(host, file, content.getBytes(StandardCharsets.UTF_8));
    }

    static Optional<String> text(Host host, Path file) {
        return host.files().read(file).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    /** Why the server cannot read the file; empty if it can. */
    static Optional<String> gap(Host host, Path file) {
        if (!host.files().exists(file)) {
            return Optional.of(file + " missing");
        }
        return owned(host, file) ? Optional.empty() : Optional.of(file + " does not belong to " + ServerLayout.USER);
    }

    private static boolean owned(Host host, Path file) {
        return host.files().owner(file).filter(ServerLayout.USER::equals).isPresent();
    }
}
