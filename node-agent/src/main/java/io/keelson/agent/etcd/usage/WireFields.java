package io.keelson.agent.etcd.usage;

import java.nio.charset.StandardCharsets;

/**
 * The fields of one message of Protocol Buffers, one after the other, without a schema and without copies. Every step goes
 * forward, so that the whole takes as many steps as there are bytes at most.
 */
final class WireFields {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private final byte[] bytes;
    private final int end;
    private int at;
    private int number;
    private int kind;
    private long value;
    private int from;

    /** The bytes are no message. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String what) {
            super(what);
        }
    }

    WireFields(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    /** Goes on to the next field; false if there is none. */
    boolean next() throws Malformed {
        if (at == end) {
            return false;
        }
        long tag = varint();
        kind = (int) (tag & 7);
        number = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
        switch (kind) {
            case VARINT -> value = varint();
            case FIXED64 -> skip(8);
            case FIXED32 -> skip(4);
            case BYTES -> {
                value = varint();
                if (value < 0 || value > end - at) {
                    throw new Malformed("a field that is longer than its message");
                }
                from = at;
                skip((int) value);
            }
            default -> throw new Malformed("a field of kind " + kind);
        }
        return true;
    }

    /** Whether the current field is that one, and a message or a text. */
    boolean holds(int field) {
        return number == field && kind == BYTES;
    }

    /** Whether the current field is that one, and a number other than 0. */
    boolean isSet(int field) {
        return number == field && kind == VARINT && value != 0;
    }

    /** The current field as a message. */
    WireFields message() {
        return new WireFields(bytes, from, (int) (from + value));
    }

    /** The current field as a text that can be printed. */
    String text() {
        return RegistryKey.printable(new String(bytes, from, (int) value, StandardCharsets.ISO_8859_1));
    }

    private void skip(int count) throws Malformed {
        if (count > end - at) {
            throw new Malformed("a message that ends within a field");
        }
        at += count;
    }

    private long varint() throws Malformed {
        long result = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == end) {
                throw new Malformed("a message that ends within a number");
            }
            byte next = bytes[at++];
            result |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return result;
            }
        }
        throw new Malformed("a number of more than 64 bits");
    }
}
