package io.keelson.trust;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.Digest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals secrets that are stored where others may read: AES-256-GCM (NIST SP 800-38D), a random 96-bit nonce each.
 *
 * <p>The key file has one key per line, 64 hexadecimal digits. The first seals; all of them open, so that a new key put
 * on top replaces an old one without a stop. Form of what is sealed: {@code KSB1}, 8 bytes of key id, 12 of nonce,
 * ciphertext, 16 of tag. Safe for use by several threads.
 */
public final class SecretBox {
    private static final byte[] MAGIC = "KSB1".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_ID_BYTES = 8;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int HEADER_BYTES = MAGIC.length + KEY_ID_BYTES;
    private static final int SHORTEST = HEADER_BYTES + NONCE_BYTES + TAG_BITS / 8;
    private static final Pattern LINE = Pattern.compile("[0-9a-fA-F]{64}");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final List<SealingKey> keys;

    private SecretBox(List<SealingKey> keys) {
        this.keys = List.copyOf(keys);
    }

    private record SealingKey(String id, SecretKeySpec key) {
        static SealingKey of(byte[] raw) {
            var sha256 = Digest.sha256();
            sha256.update("keelson secret box key id".getBytes(StandardCharsets.US_ASCII));
            var id = HexFormat.of().formatHex(sha256.digest(raw), 0, KEY_ID_BYTES);
            return new SealingKey(id, new SecretKeySpec(raw, "AES"));
        }
    }

    /**
     * The box of a key file.
     *
     * @throws ProblemException {@link ProblemCode#CONFIGURATION_INVALID} if it cannot be read, has another form, or can be
     *     read by everybody
     */
    public static SecretBox ofKeyFile(Path file) {
        try {
            if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                throw badKeyFile(file + " can be read by everybody").asException();
            }
            var keys = new ArrayList<SealingKey>();
            for (var line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
                if (!LINE.matcher(line.strip()).matches()) {
                    throw badKeyFile(file + " has a line that is not 64 hexadecimal digits")
                            .asException();
                }
                keys.add(SealingKey.of(HexFormat.of().parseHex(line.strip())));
            }
            if (keys.isEmpty()) {
                throw badKeyFile(file + " is empty").asException();
            }
            return new SecretBox(keys);
        } catch (IOException e) {
            throw new ProblemException(badKeyFile(file + " cannot be read"), e);
        }
    }

    /** A fresh key in the form of a key file's line. */
    public static String newKeyLine() {
        var raw = new byte[32];
        RANDOM.nextBytes(raw);
        return HexFormat.of().formatHex(raw) + "\n";
    }

    /**
     * Seals some bytes.
     *
     * @param context what the secret is for, such as the key it is stored under; must be the same when it is opened, so
     *     that two sealed secrets cannot be exchanged
     */
    public byte[] seal(byte[] plain, String context) {
        var sealing = keys.getFirst();
        var nonce = new byte[NONCE_BYTES];
        RANDOM.nextBytes(nonce);
        var header = ByteBuffer.allocate(HEADER_BYTES)
                .put(MAGIC)
                .put(HexFormat.of().parseHex(sealing.id()))
                .array();
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, sealing, nonce, header, context);
            var text = cipher.doFinal(plain);
            return ByteBuffer.allocate(HEADER_BYTES + NONCE_BYTES + text.length)
                    .put(header)
                    .put(nonce)
                    .put(text)
                    .array();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-256-GCM", e);
        }
    }

    /**
     * Opens what was sealed for the same context.
     *
     * @throws ProblemException {@link ProblemCode#SERVER_SECRET_UNREADABLE} if it was changed, is for something else, or
     *     its key is not in the key file
     */
    public byte[] open(byte[] sealed, String context) {
        if (sealed.length < SHORTEST || !Arrays.equals(sealed, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw unreadable("the secret " + context + " is not in a known form")
                    .asException();
        }
        var header = Arrays.copyOf(sealed, HEADER_BYTES);
        var key = keyOf(header, context);
        var nonce = Arrays.copyOfRange(sealed, HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
        try {
            var cipher = cipher(Cipher.DECRYPT_MODE, key, nonce, header, context);
            int start = HEADER_BYTES + NONCE_BYTES;
            return cipher.doFinal(sealed, start, sealed.length - start);
        } catch (AEADBadTagException e) {
            throw new ProblemException(
                    unreadable("the secret " + context + " was changed, or was sealed for something else"), e);
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every Java platform has AES-256-GCM", e);
        }
    }

    private SealingKey keyOf(byte[] header, String context) {
        var id = HexFormat.of().formatHex(header, MAGIC.length, HEADER_BYTES);
        return keys.stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .orElseThrow(() -> unreadable("the secret " + context + " was sealed with key " + id
                                + ", which is not in the key file")
                        .asException());
    }

    private static Cipher cipher(int mode, SealingKey key, byte[] nonce, byte[] header, String context)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.key(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(header);
        cipher.updateAAD(context.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static Problem badKeyFile(String what) {
        return Problem.error(
                ProblemCode.CONFIGURATION_INVALID,
                what,
                Remedy.advise("Restore the server's secrets key from its backup, mode 0600."));
    }

    private static Problem unreadable(String what) {
        return Problem.error(
                ProblemCode.SERVER_SECRET_UNREADABLE,
                what,
                Remedy.advise("Add the key that sealed it to the server's secrets key file, below the present one."));
    }
}
