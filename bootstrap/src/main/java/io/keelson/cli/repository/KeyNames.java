package io.keelson.cli.repository;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.trust.signing.SigningKeyFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What people call the keys of a repository: the names of the files in which they were given, of which {@code keys/} keeps
 * copies. For reading only; a key is what its id says, whatever it is called.
 *
 * @param byId names by key id
 */
public record KeyNames(Map<String, String> byId) {
    private static final int SHORT = 12;

    /** A directory that was carried may hold any names; only what is harmless on a terminal is shown. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@+-]{1,64}");

    public KeyNames {
        byId = Map.copyOf(byId);
    }

    static KeyNames of(Path directory) {
        var names = new LinkedHashMap<String, String>();
        if (!Files.isDirectory(directory)) {
            return new KeyNames(names);
        }
        try (var files = Files.newDirectoryStream(directory, "*.pub")) {
            for (var file : files) {
                var name = nameOf(file);
                if (NAME.matcher(name).matches()) {
                    names.put(SigningKeyFile.publicKey(file).id(), name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + directory, e);
        }
        return new KeyNames(names);
    }

    /** Keeps a key under its file's name; one that is known keeps the name that it has. */
    void remember(Path directory, NamedKey named) {
        if (byId.containsKey(named.key().id())) {
            return;
        }
        var file = directory.resolve(named.name() + ".pub");
        if (Files.exists(file)) {
            file = directory.resolve(named.name() + "-" + shortId(named.key().id()) + ".pub");
        }
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
        AtomicFile.write(file, SigningKeyFile.publicPem(named.publicKey()), FileMode.PUBLIC);
    }

    /** {@code alice}, or the beginning of the id if nobody has given a name. */
    public String name(String id) {
        return Optional.ofNullable(byId.get(id)).orElseGet(() -> shortId(id));
    }

    /** {@code alice, bob}; {@code nobody} if there is none. */
    public String names(Collection<String> ids) {
        return ids.isEmpty() ? "nobody" : ids.stream().map(this::name).collect(Collectors.joining(", "));
    }

    /** {@code alice 1a2b...}, with the whole id: what is compared with what the key's owner says. */
    public String full(String id) {
        return byId.containsKey(id) ? name(id) + " " + id : id;
    }

    static String nameOf(Path file) {
        return String.valueOf(file.getFileName()).replaceFirst("\\.pub$", "");
    }

    private static String shortId(String id) {
        return id.substring(0, Math.min(SHORT, id.length()));
    }
}
