package io.keelson.agent.os;

import io.keelson.agent.host.Files;
import io.keelson.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A file as it is to be.
 *
 * @param path absolute
 * @param content small enough to be kept in memory
 */
public record HostFile(Path path, byte[] content, Files.Access access) {
    /** A file of text that everybody may read. */
    public static HostFile text(Path path, String text) {
        return new HostFile(path, text.getBytes(StandardCharsets.UTF_8), Files.Access.PUBLIC);
    }

    /** A file of text that only root may read. */
    public static HostFile secret(Path path, String text) {
        return new HostFile(path, text.getBytes(StandardCharsets.UTF_8), Files.Access.SECRET);
    }

    /** Whether the host has the file with just this content. */
    public boolean isOn(Host host) {
        return host.files()
                .read(path)
                .filter(found -> Arrays.equals(found, content))
                .isPresent();
    }

    /** Writes it durably. */
    public void write(Host host) {
        host.files().write(path, content, access);
    }

    @Override
    public String toString() {
        return "HostFile[" + path + ", " + content.length + " bytes, " + access + "]";
    }
}
