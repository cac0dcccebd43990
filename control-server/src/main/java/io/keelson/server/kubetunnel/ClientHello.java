package io.keelson.server.kubetunnel;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the first message of a TLS client (RFC 8446, sections 4.1.2 and 5.1; the same since RFC 5246) for one thing:
 * the server name (RFC 6066, section 3). Strict: a length that does not fit, a repeated or unknown kind of name, or
 * bytes left over make it malformed.
 */
final class ClientHello {
    /** The most bytes of records that are looked at. */
    static final int LIMIT = 16 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,252})");

    private ClientHello() {}

    /** What the bytes so far say. */
    sealed interface Reading {
        /** Nothing yet: more bytes are needed. */
        record Incomplete() implements Reading {}

        /**
         * The message is whole.
         *
         * @param serverName in lower case; empty if the client asked for none
         */
        record Complete(Optional<String> serverName) implements Reading {}

        /** No TLS client speaks so. */
        record Malformed(String why) implements Reading {}
    }

    /**
     * Reads what has arrived.
     *
     * @param length how many of the bytes have arrived
     */
    static Reading read(byte[] bytes, int length) {
        try {
            var message = new ByteArrayOutputStream();
            int at = 0;
            while (at + RECORD_HEADER <= length) {
                int type = bytes[at] & 0xff;
                int size = (bytes[at + 3] & 0xff) << 8 | bytes[at + 4] & 0xff;
                if (type != HANDSHAKE || bytes[at + 1] != 3 || bytes[at + 2] > 4 || bytes[at + 2] < 0) {
                    return new Reading.Malformed("not a TLS handshake record");
                }
                if (size == 0 || at + RECORD_HEADER + size > LIMIT) {
                    return new Reading.Malformed("a record of " + size + " bytes");
                }
                int there = Math.min(size, length - at - RECORD_HEADER);
                message.write(bytes, at + RECORD_HEADER, there);
                at += RECORD_HEADER + size;
                var reading = message(message.toByteArray());
                if (!(reading instanceof Reading.Incomplete)) {
                    return reading;
                }
            }
            return length >= LIMIT
                    ? new Reading.Malformed("longer than " + LIMIT + " bytes")
                    : new Reading.Incomplete();
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Reading.Malformed("lengths that do not fit");
        }
    }

    private static Reading message(byte[] message) {
        var in = ByteBuffer.wrap(message);
        if (in.remaining() < 4) {
            return new Reading.Incomplete();
        }
        if (in.get() != CLIENT_HELLO) {
            return new Reading.Malformed("not a client's first message");
        }
        int size = u24(in);
        if (size > LIMIT) {
            return new Reading.Malformed("a message of " + size + " bytes");
        }
        if (in.remaining() < size) {
            return new Reading.Incomplete();
        }
        if (in.remaining() > size) {
            return new Reading.Malformed("bytes behind the first message");
        }
        return hello(in);
    }

    private static Reading hello(ByteBuffer in) {
        skip(in, 2 + 32); // version, random
        int session = u8(in);
        skip(in, session);
        int suites = u16(in);
        skip(in, suites);
        int compressions = u8(in);
        skip(in, compressions);
        if (session > 32 || suites < 2 || suites % 2 != 0 || compressions < 1) {
            return new Reading.Malformed("lengths that TLS does not allow");
        }
        if (!in.hasRemaining()) {
            return new Reading.Complete(Optional.empty());
        }
        var extensions = slice(in, u16(in));
        if (in.hasRemaining()) {
            return new Reading.Malformed("bytes behind the extensions");
        }
        Optional<String> name = Optional.empty();
        while (extensions.hasRemaining()) {
            int type = u16(extensions);
            var body = slice(extensions, u16(extensions));
            if (type == SERVER_NAME) {
                if (name.isPresent()) {
                    return new Reading.Malformed("two server names");
                }
                name = serverName(body);
                if (name.isEmpty()) {
                    return new Reading.Malformed("a server name that is none");
                }
            }
        }
        return new Reading.Complete(name);
    }

    /** Exactly one name, of type host_name. */
    private static Optional<String> serverName(ByteBuffer body) {
        var list = slice(body, u16(body));
        int type = u8(list);
        var name = slice(list, u16(list));
        if (type != 0 || list.hasRemaining() || body.hasRemaining()) {
            return Optional.empty();
        }
        var text = StandardCharsets.ISO_8859_1.decode(name).toString();
        return NAME.matcher(text).matches() ? Optional.of(text.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    private static int u8(ByteBuffer in) {
        return in.get() & 0xff;
    }

    private static int u16(ByteBuffer in) {
        return in.getShort() & 0xffff;
    }

    private static int u24(ByteBuffer in) {
        return u8(in) << 16 | u16(in);
    }

    private static void skip(ByteBuffer in, int count) {
        in.position(in.position() + count);
    }

    private static ByteBuffer slice(ByteBuffer in, int count) {
        if (count > in.remaining()) {
            throw new BufferUnderflowException();
        }
        var part = in.slice(in.position(), count);
        skip(in, count);
        return part;
    }
}
