package io.keelson.trust.secret;

import io.keelson.durable.AtomicFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The file of the keys that protect stored secrets: one per line, 64 hexadecimal digits, the newest on top. Read strictly
 * and completely, or not at all; replaced atomically and durably. Problems never repeat anything of its content.
 *
 * @param file never followed if it is a link
 * @param owner who must own it
 */
public record SecretKeyFile(Path file, Owner owner) {
    /** More are kept by nobody: old keys are dropped when nothing is sealed with them. */
    private static final int MOST_KEYS = 16;

    private static final int MAXIMUM_BYTES = MOST_KEYS * 80;
    private static final Pattern LINE = Pattern.compile("[0-9a-fA-F]{64}");

    /** Who must own the file, and therefore who else may have its group's permissions. */
    public sealed interface Owner {
        /** The user that this process runs as; nobody else has any permission. */
        record Process() implements Owner {}

        /** That user, or the one that this process runs as; nobody else has any permission. */
        record User(String name) implements Owner {}

        /**
         * The service manager, which gives a credential to this process alone: {@code LoadCredential=} in
         * systemd.exec(5). It may do so by an access list, which shows as a permission of the group.
         */
        record ServiceManager() implements Owner {}
    }

    /** The key file of the running program. */
    public static SecretKeyFile of(Path file) {
        return new SecretKeyFile(file, new Owner.Process());
    }

    /** The key file of a service that runs as that user, for a program that may run as root. */
    public static SecretKeyFile ofService(Path file, String user) {
        return new SecretKeyFile(file, new Owner.User(user));
    }

    /** A credential of the running service. */
    public static SecretKeyFile ofCredential(Path file) {
        return new SecretKeyFile(file, new Owner.ServiceManager());
    }

    /** A fresh key in the form of a line. */
    public static String newKeyLine() {
        return line(SecretKey.fresh());
    }

    /** The keys of a file's content, the newest first; empty if it has another form. */
    public static List<SecretKeyId> keysOf(String content) {
        return content.lines().allMatch(line -> LINE.matcher(line.strip()).matches())
                ? parse(content).stream().map(SecretKey::id).toList()
                : List.of();
    }

    /**
     * The box of its keys.
     *
     * @throws ProblemException {@link ProblemCode#SERVER_SECRET_KEY_FILE} if it cannot be read, has another form, is a
     *     link, belongs to somebody else, or can be read by others
     */
    public SecretBox read() {
        return SecretBox.of(keys());
    }

    /**
     * Puts a new key on top, durably; the others stay below it. Its owner stays the same.
     *
     * @throws ProblemException as {@link #read}
     */
    public SecretKeyId addKey() {
        var present = keys();
        if (present.size() >= MOST_KEYS) {
            throw bad("has " + MOST_KEYS + " keys already").asException();
        }
        var fresh = SecretKey.fresh();
        write(Stream.concat(Stream.of(fresh), present.stream()).toList());
        return fresh.id();
    }

    /**
     * Drops all keys but the newest, durably.
     *
     * @param newest the key that is meant to stay
     * @return those that were dropped
     * @throws ProblemException as {@link #read}, or if another key is on top
     */
    public List<SecretKeyId> keepOnly(SecretKeyId newest) {
        var present = keys();
        if (!present.getFirst().id().equals(newest)) {
            throw bad("has another key than " + newest + " on top").asException();
        }
        if (present.size() > 1) {
            write(present.subList(0, 1));
        }
        return present.stream().skip(1).map(SecretKey::id).toList();
    }

    private void write(List<SecretKey> keys) {
        var content = keys.stream().map(SecretKeyFile::line).collect(Collectors.joining());
        AtomicFile.replaceSecret(file, content.getBytes(StandardCharsets.US_ASCII));
    }

    private static String line(SecretKey key) {
        return HexFormat.of().formatHex(key.raw()) + "\n";
    }

    private List<SecretKey> keys() {
        var content = new GuardedFile(file, owner, MAXIMUM_BYTES, this::bad).read();
        return parsed(new String(content, StandardCharsets.US_ASCII));
    }

    private List<SecretKey> parsed(String content) {
        if (content.isEmpty()) {
            throw bad("is empty").asException();
        }
        if (!content.lines().allMatch(line -> LINE.matcher(line.strip()).matches())) {
            throw bad("has a line that is not 64 hexadecimal digits").asException();
        }
        var keys = parse(content);
        if (keys.stream().map(SecretKey::id).distinct().count() < keys.size()) {
            throw bad("has a key twice").asException();
        }
        return keys;
    }

    private static List<SecretKey> parse(String content) {
        var keys = new ArrayList<SecretKey>();
        content.lines()
                .map(line -> SecretKey.of(HexFormat.of().parseHex(line.strip())))
                .forEach(keys::add);
        return List.copyOf(keys);
    }

    private Problem bad(String what) {
        return Problem.error(
                ProblemCode.SERVER_SECRET_KEY_FILE,
                "the secrets key file " + file + " " + what,
                Remedy.advise(
                        "It has one key per line, 64 hexadecimal digits, belongs to the server's user, and has mode 0600."
                                + " Restore it from its backup if it was lost.",
                        "ls -l " + file));
    }
}
