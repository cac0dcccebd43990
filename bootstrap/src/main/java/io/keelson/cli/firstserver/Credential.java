package io.keelson.cli.firstserver;

import io.keelson.agent.host.Host;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Secrets that the service manager gives to the server, so that it reads no file: systemd.exec(5), LoadCredential. */
final class Credential {
    private Credential() {}

    /** The drop-in by which an operator gives the service a credential of that name. */
    static Optional<Path> of(Host host, String name) {
        var given = Pattern.compile("(?m)^LoadCredential(Encrypted)?=" + Pattern.quote(name) + ":");
        return host.files().list(ServerLayout.DROP_INS).stream()
                .map(ServerLayout.DROP_INS::resolve)
                .filter(dropIn -> ServerFiles.text(host, dropIn)
                        .filter(text -> given.matcher(text).find())
                        .isPresent())
                .findFirst();
    }
}
