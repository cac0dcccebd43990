package io.keelson.trust;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lets one host enrol, once. Written {@code kjt1.<id>.<secret>.<ca>}, or {@code kjt1.<id>.<secret>.<ca>.<root>}. The
 * server keeps only {@link #secretHash()}; how long it lives and for whom is the server's knowledge, not the token's.
 *
 * @param id public name of the token: 12 of {@code a-z 0-9}
 * @param secret 32 random bytes as 43 characters of base64url (RFC 4648 section 5, no padding)
 * @param caSpki digest of the public key of the server's authority, so that the first contact is authenticated
 * @param root digest of the release repository's root metadata, as a file, with which the host begins to follow that
 *     repository; added by whoever hands the token on and knows it from elsewhere, so that a server that was stolen cannot
 *     give a host another. Empty: the host takes the server's word
 */
public record JoinToken(String id, String secret, Digest caSpki, Optional<Digest> root) {
    private static final Pattern ID = Pattern.compile("[a-z0-9]{12}");
    private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final Pattern TEXT =
            Pattern.compile("kjt1\\.([a-z0-9]{12})\\.([A-Za-z0-9_-]{43})\\.([0-9a-f]{64})(?:\\.([0-9a-f]{64}))?");
    private static final String ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final SecureRandom RANDOM = new SecureRandom();

    public JoinToken {
        if (!ID.matcher(id).matches() || !SECRET.matcher(secret).matches()) {
            throw new IllegalArgumentException("not the parts of a join token");
        }
    }

    /** A fresh token. */
    public static JoinToken create(Digest caSpki) {
        var id = new StringBuilder();
        RANDOM.ints(12, 0, ID_LETTERS.length()).forEach(i -> id.append(ID_LETTERS.charAt(i)));
        var secret = new byte[32];
        RANDOM.nextBytes(secret);
        return new JoinToken(
                id.toString(),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                caSpki,
                Optional.empty());
    }

    /** The same token for hosts that begin with that root. */
    public JoinToken withRoot(Digest pinned) {
        return new JoinToken(id, secret, caSpki, Optional.of(pinned));
    }

    /**
     * Reads the text form; white space around it is ignored.
     *
     * @throws ProblemException {@link ProblemCode#TOKEN_INVALID} if the text is anything else
     */
    public static JoinToken parse(String text) {
        var match = TEXT.matcher(text.strip());
        if (!match.matches()) {
            throw Problem.error(
                            ProblemCode.TOKEN_INVALID,
                            "the text is not a join token (kjt1.<id>.<secret>.<ca>[.<root>])",
                            Remedy.advise("Copy the whole token, or make a new one.", "keelson token create"))
                    .asException();
        }
        return new JoinToken(
                match.group(1),
                match.group(2),
                new Digest(match.group(3)),
                Optional.ofNullable(match.group(4)).map(Digest::new));
    }

    /** The full text form, with the secret: for the person who asked for it, never for logs. */
    public String text() {
        return "kjt1." + id + "." + secret + "." + caSpki.hex()
                + root.map(digest -> "." + digest.hex()).orElse("");
    }

    /** What the server keeps instead of the secret. */
    public Digest secretHash() {
        return Digest.of(secret.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether the secret is the one that was hashed; takes the same time wherever they differ. */
    public boolean matches(Digest keptHash) {
        return equalInConstantTime(secretHash().hex(), keptHash.hex());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof JoinToken token
                && id.equals(token.id)
                && caSpki.equals(token.caSpki)
                && root.equals(token.root)
                && equalInConstantTime(secret, token.secret);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, caSpki, root);
    }

    /** The token without its secret. */
    @Override
    public String toString() {
        return "kjt1." + id + ".<redacted>." + caSpki.abbreviated()
                + root.map(digest -> "." + digest.abbreviated()).orElse("");
    }

    private static boolean equalInConstantTime(String one, String other) {
        return MessageDigest.isEqual(
                one.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }
}
