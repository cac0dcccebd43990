package io.keelson.lab.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Who releases in a lab: people with keys under a passphrase, and a control server's key without one. The passphrase lies
 * beside the keys, which only a lab may do.
 *
 * @param directory readable by its owner only
 */
public record People(Path directory) {
    /** Two of these three must sign. */
    public static final List<String> RELEASERS = List.of("alice", "bob", "carol");

    /** The control server's key. */
    public static final String ONLINE = "online";

    /** Makes the keys that are missing. */
    static People prepare(Path directory, KeelsonTool cli) {
        var people = new People(directory);
        people.makePassphrase();
        RELEASERS.forEach(name ->
                people.make(name, cli, "--passphrase-file", people.passphrase().toString()));
        people.make(ONLINE, cli, "--no-passphrase");
        return people;
    }

    /** One more person, or one more server. */
    void make(String name, KeelsonTool cli, String... protection) {
        if (!Files.exists(pub(name))) {
            // A key whose other half was not written any more is nobody's.
            remove(key(name));
            var arguments = new ArrayList<>(
                    List.of("trust", "keygen", "--out", directory.resolve(name).toString()));
            arguments.addAll(List.of(protection));
            cli.must(arguments.toArray(String[]::new));
        }
    }

    /** A key's file. */
    public Path key(String name) {
        return directory.resolve(name + ".key");
    }

    /** The half that others are told. */
    public Path pub(String name) {
        return directory.resolve(name + ".pub");
    }

    /** Of all people's keys. */
    public Path passphrase() {
        return directory.resolve("passphrase");
    }

    /** The public halves of those as one argument. */
    public String pubs(List<String> names) {
        return String.join(",", names.stream().map(name -> pub(name).toString()).toList());
    }

    private void makePassphrase() {
        if (Files.exists(passphrase())) {
            return;
        }
        try {
            Files.createDirectories(directory, ownerOnly("rwx------"));
            Files.writeString(
                    Files.createFile(passphrase(), ownerOnly("rw-------")),
                    UUID.randomUUID().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileAttribute<Set<PosixFilePermission>> ownerOnly(String permissions) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions));
    }
}
