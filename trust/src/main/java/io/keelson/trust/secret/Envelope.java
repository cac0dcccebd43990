package io.keelson.trust.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The forms of a sealed secret. Both begin with four bytes of form and eight of the id of the key that opens them. */
sealed interface Envelope {
    /** The key that is in the key file. */
    SecretKeyId key();

    /**
     * Form 2, the one that is written: the secret under a data key of its own, the data key under the key of the file.
     *
     * <pre>
     * "KSB2" | key id, 8 | wrapped data key: nonce 12, 32, tag 16 | secret: nonce 12, text, tag 16
     * </pre>
     *
     * <p>Another key of the file changes the first two fields only. Both ciphertexts are bound to the secret's context,
     * the wrapped key also to the id of the key that wraps it.
     */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Wrapped(SecretKeyId key, byte[] dataKey, byte[] text) implements Envelope {
        private static final byte[] FORM = bytes("KSB2");
        private static final int DATA_KEY_BYTES = SecretKey.BYTES + SecretKey.OVERHEAD;
        private static final int TEXT = FORM.length + SecretKey.ID_BYTES + DATA_KEY_BYTES;

        byte[] encoded() {
            return ByteBuffer.allocate(TEXT + text.length)
                    .put(header(FORM, key))
                    .put(dataKey)
                    .put(text)
                    .array();
        }

        /** What the wrapped data key is bound to, beside the context. */
        static byte[] dataKeyHeader(SecretKeyId key) {
            return header(FORM, key);
        }

        /** What the text is bound to, beside the context. */
        static byte[] textHeader() {
            return FORM.clone();
        }
    }

    /** Form 1, read only: {@code "KSB1" | key id, 8 | nonce 12, text, tag 16}, encrypted with the key of the file itself. */
    @SuppressWarnings("ArrayRecordComponent") // carried, never compared
    record Direct(SecretKeyId key, byte[] text) implements Envelope {
        private static final byte[] FORM = bytes("KSB1");
        private static final int TEXT = FORM.length + SecretKey.ID_BYTES;

        byte[] textHeader() {
            return header(FORM, key);
        }
    }

    /** The parts of a sealed secret; empty if it has no known form. */
    static Optional<Envelope> parse(byte[] sealed) {
        if (begins(sealed, Wrapped.FORM) && sealed.length >= Wrapped.TEXT + SecretKey.OVERHEAD) {
            int dataKey = Wrapped.TEXT - Wrapped.DATA_KEY_BYTES;
            return Optional.of(new Wrapped(
                    keyOf(sealed),
                    Arrays.copyOfRange(sealed, dataKey, Wrapped.TEXT),
                    Arrays.copyOfRange(sealed, Wrapped.TEXT, sealed.length)));
        }
        if (begins(sealed, Direct.FORM) && sealed.length >= Direct.TEXT + SecretKey.OVERHEAD) {
            return Optional.of(new Direct(keyOf(sealed), Arrays.copyOfRange(sealed, Direct.TEXT, sealed.length)));
        }
        return Optional.empty();
    }

    private static boolean begins(byte[] sealed, byte[] form) {
        return sealed.length >= form.length && Arrays.equals(sealed, 0, form.length, form, 0, form.length);
    }

    private static SecretKeyId keyOf(byte[] sealed) {
        return new SecretKeyId(HexFormat.of().formatHex(sealed, Direct.FORM.length, Direct.TEXT));
    }

    private static byte[] header(byte[] form, SecretKeyId key) {
        return ByteBuffer.allocate(form.length + SecretKey.ID_BYTES)
                .put(form)
                .put(HexFormat.of().parseHex(key.hex()))
                .array();
    }

    private static byte[] bytes(String form) {
        return form.getBytes(StandardCharsets.US_ASCII);
    }
}
