package io.keelson.trust.order;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * What is signed of an order: the pre-authentication encoding of DSSE 1.0
 * (<a href="https://github.com/secure-systems-lab/dsse/blob/v1.0.0/protocol.md">protocol</a>), which binds the payload's
 * type, so that a signature over anything else is never one over an order.
 */
final class OrderEnvelope {
    /** Most bytes that an order has. */
    static final int MAXIMUM_BYTES = 1 << 20;

    private static final byte[] TYPE = "application/vnd.keelson.order.v1".getBytes(StandardCharsets.US_ASCII);

    private OrderEnvelope() {}

    static byte[] encode(byte[] payload) {
        var out = new ByteArrayOutputStream(payload.length + 64);
        out.writeBytes(ascii("DSSEv1 " + TYPE.length + " "));
        out.writeBytes(TYPE);
        out.writeBytes(ascii(" " + payload.length + " "));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
