package io.keelson.trust.signing;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key in a token, as RFC 7512 names it: {@code pkcs11:token=alice;object=release?module-path=/usr/lib/libx.so}. Of the
 * attributes, these are understood, with {@code serial} and {@code type}; a PIN in it is refused, since a command's words
 * are seen by everybody on the machine.
 *
 * @param module the library that speaks with the token, an absolute path
 * @param token its label
 * @param serial its serial number, where several tokens have one label
 * @param object the key's label
 */
public record TokenUri(String module, String token, Optional<String> serial, String object) {
    private static final String SCHEME = "pkcs11:";
    private static final Set<String> PATH = Set.of("token", "serial", "object", "type");
    private static final Set<String> QUERY = Set.of("module-path");
    private static final Set<String> SECRET = Set.of("pin-value", "pin-source");

    /** What the configuration of Java's provider takes without quoting. */
    private static final Pattern MODULE = Pattern.compile("/[A-Za-z0-9/._+-]+");

    /** Whether a key is named this way, and not by a file. */
    public static boolean names(String key) {
        return key.startsWith(SCHEME);
    }

    /**
     * Reads one.
     *
     * @throws ProblemException RELEASE_KEY_INVALID if it has no module, token or object, an attribute that is not
     *     understood, one twice, or a PIN
     */
    public static TokenUri parse(String text) {
        var attributes = new HashMap<String, String>();
        var parts = text.substring(SCHEME.length()).split("\\?", 2);
        gather(parts[0], ";", PATH, attributes);
        if (parts.length > 1) {
            gather(parts[1], "&", QUERY, attributes);
        }
        var type = attributes.getOrDefault("type", "private");
        if (!type.equals("private")) {
            throw invalid("type=" + type + " is no key that signs");
        }
        var module = need(attributes, "module-path");
        if (!MODULE.matcher(module).matches()) {
            throw invalid("module-path is to be an absolute path of letters, digits and ._+-");
        }
        return new TokenUri(
                module,
                need(attributes, "token"),
                Optional.ofNullable(attributes.get("serial")),
                need(attributes, "object"));
    }

    private static void gather(String text, String separator, Set<String> known, Map<String, String> into) {
        for (var attribute : text.split(separator, -1)) {
            var name = attribute.replaceFirst("=.*", "");
            if (SECRET.contains(name)) {
                throw invalid("the PIN does not belong there; it is asked for, or comes with --passphrase-file");
            }
            if (!known.contains(name) || !attribute.contains("=")) {
                throw invalid("'" + name + "' is not understood");
            }
            if (into.put(name, decoded(attribute.substring(name.length() + 1))) != null) {
                throw invalid(name + " stands there twice");
            }
        }
    }

    private static String decoded(String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(problem("'" + value + "' is not percent-encoded as it should be"), e);
        }
    }

    private static String need(Map<String, String> attributes, String name) {
        var value = attributes.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw invalid(name + " is missing");
        }
        return value;
    }

    private static ProblemException invalid(String what) {
        return problem(what).asException();
    }

    private static Problem problem(String what) {
        return Problem.error(
                ProblemCode.RELEASE_KEY_INVALID,
                "the URI of the key cannot be used: " + what,
                Remedy.advise(
                        "Write it as in pkcs11:token=alice;object=release?module-path=/usr/lib/softhsm/libsofthsm2.so,"
                                + " in quotes."));
    }
}
