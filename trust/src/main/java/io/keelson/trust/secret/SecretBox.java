package io.keelson.trust.secret;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.crypto.AEADBadTagException;

/**
 * Seals secrets that are stored where others may read: each under a data key of its own, which is wrapped by one of the
 * box's keys. Another key is put in its place without touching the secret itself ({@link #rewrap}); see {@code
 * docs/adr/0006-envelopes-around-stored-secrets.md} for the form. Immutable; safe for use by several threads.
 */
public final class SecretBox {
    private final List<SecretKey> keys;

    private SecretBox(List<SecretKey> keys) {
        this.keys = List.copyOf(keys);
    }

    static SecretBox of(List<SecretKey> keys) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("a box without a key");
        }
        return new SecretBox(keys);
    }

    /** The ids of its keys, the newest first. */
    public List<SecretKeyId> keys() {
        return keys.stream().map(SecretKey::id).toList();
    }

    /** This box with the keys of another one below its own. */
    public SecretBox with(SecretBox other) {
        var all = new ArrayList<>(keys);
        other.keys.stream().filter(key -> !keys().contains(key.id())).forEach(all::add);
        return new SecretBox(all);
    }

    /**
     * Seals some bytes with the newest key.
     *
     * @param context what the secret is for, such as the key it is stored under; must be the same when it is opened, so
     *     that two sealed secrets cannot be exchanged
     */
    public byte[] seal(byte[] plain, String context) {
        return seal(plain, context, keys.getFirst());
    }

    /**
     * Seals some bytes with one of the keys.
     *
     * @throws ProblemException {@link ProblemCode#SERVER_SECRET_KEY_MISSING} if the box has no such key
     */
    public byte[] seal(byte[] plain, String context, SecretKeyId with) {
        return seal(plain, context, sealing(with));
    }

    private static byte[] seal(byte[] plain, String context, SecretKey key) {
        var dataKey = SecretKey.fresh();
        var text = dataKey.encrypt(plain, Envelope.Wrapped.textHeader(), bytes(context));
        return wrap(dataKey, text, context, key);
    }

    private static byte[] wrap(SecretKey dataKey, byte[] text, String context, SecretKey key) {
        var raw = dataKey.raw();
        var wrapped = key.encrypt(raw, Envelope.Wrapped.dataKeyHeader(key.id()), bytes(context));
        Arrays.fill(raw, (byte) 0);
        return new Envelope.Wrapped(key.id(), wrapped, text).encoded();
    }

    /**
     * Opens what was sealed for the same context.
     *
     * @throws ProblemException {@link ProblemCode#SERVER_SECRET_UNREADABLE} if it was changed, is for something else, or
     *     its key is not in the box
     */
    public byte[] open(byte[] sealed, String context) {
        var envelope = parse(sealed, context);
        var key = opening(envelope, context);
        try {
            return switch (envelope) {
                case Envelope.Direct direct -> key.decrypt(direct.text(), direct.textHeader(), bytes(context));
                case Envelope.Wrapped wrapped ->
                    dataKey(wrapped, key, context)
                            .decrypt(wrapped.text(), Envelope.Wrapped.textHeader(), bytes(context));
            };
        } catch (AEADBadTagException e) {
            throw changed(context, e);
        }
    }

    /**
     * The same secret under another key of the box. Its ciphertext stays, only the data key is wrapped anew; a secret of
     * form 1, which has no data key, is sealed anew. Whether the ciphertext is sound is not looked at.
     *
     * @throws ProblemException {@link ProblemCode#SERVER_SECRET_UNREADABLE} as {@link #open}; {@link
     *     ProblemCode#SERVER_SECRET_KEY_MISSING} as {@link #seal(byte[], String, SecretKeyId)}
     */
    public byte[] rewrap(byte[] sealed, String context, SecretKeyId with) {
        var target = sealing(with);
        return switch (parse(sealed, context)) {
            case Envelope.Direct direct -> seal(open(sealed, context), context, target);
            case Envelope.Wrapped wrapped -> {
                try {
                    var dataKey = dataKey(wrapped, opening(wrapped, context), context);
                    yield wrap(dataKey, wrapped.text(), context, target);
                } catch (AEADBadTagException e) {
                    throw changed(context, e);
                }
            }
        };
    }

    /** The key that opens a sealed secret, in this box or not; empty if it has no known form. */
    public static Optional<SecretKeyId> keyOf(byte[] sealed) {
        return Envelope.parse(sealed).map(Envelope::key);
    }

    private static SecretKey dataKey(Envelope.Wrapped wrapped, SecretKey key, String context)
            throws AEADBadTagException {
        var raw = key.decrypt(wrapped.dataKey(), Envelope.Wrapped.dataKeyHeader(key.id()), bytes(context));
        var dataKey = SecretKey.of(raw);
        Arrays.fill(raw, (byte) 0);
        return dataKey;
    }

    private static Envelope parse(byte[] sealed, String context) {
        return Envelope.parse(sealed)
                .orElseThrow(() -> unreadable("the secret " + context + " is not in a known form")
                        .asException());
    }

    private SecretKey opening(Envelope envelope, String context) {
        return key(envelope.key())
                .orElseThrow(() -> unreadable("the secret " + context + " was sealed with key " + envelope.key()
                                + ", which is not in the key file")
                        .asException());
    }

    private SecretKey sealing(SecretKeyId id) {
        return key(id).orElseThrow(() -> Problem.error(
                        ProblemCode.SERVER_SECRET_KEY_MISSING,
                        "the key file has no key " + id + ", with which secrets are sealed now",
                        Remedy.advise(
                                "Bring the secrets key file of another server to this one.",
                                "keelson server secrets status"))
                .asException());
    }

    private Optional<SecretKey> key(SecretKeyId id) {
        return keys.stream().filter(key -> key.id().equals(id)).findFirst();
    }

    private static ProblemException changed(String context, AEADBadTagException cause) {
        return new ProblemException(
                unreadable("the secret " + context + " was changed, or was sealed for something else"), cause);
    }

    private static byte[] bytes(String context) {
        return context.getBytes(StandardCharsets.UTF_8);
    }

    private static Problem unreadable(String what) {
        return Problem.error(
                ProblemCode.SERVER_SECRET_UNREADABLE,
                what,
                Remedy.advise(
                        "Add the key that sealed it to the server's secrets key file, below the present one.",
                        "keelson server secrets status"));
    }
}
