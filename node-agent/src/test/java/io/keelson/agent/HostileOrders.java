package io.keelson.agent;

import static io.keelson.problem.ProblemCode.ORDER_UNTRUSTED;

import com.google.protobuf.ByteString;
import io.keelson.agent.session.TestDirector;
import io.keelson.agent.session.TestServer;
import io.keelson.problem.ProblemCode;
import io.keelson.proto.agent.v1.Order;
import io.keelson.proto.agent.v1.SignedOrder;
import io.keelson.trust.pki.CertificateAuthority;
import io.keelson.trust.pki.DirectorUri;
import io.keelson.trust.pki.Usage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Orders that no host may obey; each is made out of one that is good. */
final class HostileOrders {
    private static final TestDirector DIRECTOR = TestDirector.TRUSTED;
    private static final Instant NOW = Instant.now();

    private final List<HostileOrder> made = new ArrayList<>();

    private HostileOrders() {}

    /**
     * One of them.
     *
     * @param code of the refusal
     * @param order what comes instead of a good order
     */
    record HostileOrder(String name, ProblemCode code, Function<Order, SignedOrder> order) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<HostileOrder> all() {
        var orders = new HostileOrders();
        orders.directors();
        orders.certificates();
        orders.bytes();
        orders.behind();
        orders.statements();
        orders.made.addAll(HostileStatements.all());
        return orders.made;
    }

    private void add(String name, ProblemCode code, Function<Order, SignedOrder> order) {
        made.add(new HostileOrder(name, code, order));
    }

    private void signedBy(String name, TestDirector director) {
        add("signed by " + name, ORDER_UNTRUSTED, director::sign);
    }

    private void directors() {
        var host = URI.create("keelson://host/host-1");
        var director = DirectorUri.of("server-1");
        var stranger = CertificateAuthority.create("stranger", Duration.ofDays(1), NOW);
        signedBy("a director of an unknown authority", TestDirector.of(stranger, NOW));
        signedBy("a director of the authority that is not trusted yet", TestDirector.of(TestServer.NEXT, NOW));
        signedBy(
                "a director of an authority of the same name",
                TestDirector.of(CertificateAuthority.create("test authority", Duration.ofDays(1), NOW), NOW));
        signedBy(
                "a director whose certificate has expired",
                TestDirector.of(TestServer.CA, NOW.minus(Duration.ofHours(25))));
        signedBy(
                "a director whose certificate is not valid yet",
                TestDirector.of(TestServer.CA, NOW.plus(Duration.ofHours(1))));
        signedBy("a host", TestDirector.of(TestServer.CA, host, Usage.CLIENT, NOW));
        signedBy("a host with a director's name", TestDirector.of(TestServer.CA, director, Usage.CLIENT, NOW));
        signedBy("a server with a director's name", TestDirector.of(TestServer.CA, director, Usage.SERVER, NOW));
        signedBy("an etcd member", TestDirector.of(TestServer.CA, director, Usage.SERVER_AND_CLIENT, NOW));
        signedBy("a host that may sign", TestDirector.of(TestServer.CA, host, Usage.ORDER_SIGNING, NOW));
        for (var name : List.of("keelson://director/", "keelson://directors/server-1", "https://director/server-1")) {
            signedBy(name, TestDirector.of(TestServer.CA, URI.create(name), Usage.ORDER_SIGNING, NOW));
        }
    }

    private void certificates() {
        var other = TestDirector.of(TestServer.CA, NOW);
        add(
                "the certificate of another director",
                ORDER_UNTRUSTED,
                order -> DIRECTOR.sign(order).toBuilder()
                        .setCertificate(other.sign(order).getCertificate())
                        .build());
        add(
                "the authority's certificate",
                ORDER_UNTRUSTED,
                order -> DIRECTOR.sign(order).toBuilder()
                        .setCertificate(der(TestServer.CA))
                        .build());
        add(
                "no certificate",
                ORDER_UNTRUSTED,
                order -> DIRECTOR.sign(order).toBuilder().clearCertificate().build());
    }

    private static ByteString der(CertificateAuthority authority) {
        try {
            return ByteString.copyFrom(authority.certificate().getEncoded());
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new AssertionError(e);
        }
    }

    private void bytes() {
        for (int at = 0; at < 160; at += 8) {
            int flip = at;
            add(
                    "payload with bit flipped at " + at,
                    ORDER_UNTRUSTED,
                    order -> changed(order, signed -> signed.setPayload(flipped(signed.getPayload(), flip))));
        }
        for (int at = 0; at < 68; at += 4) {
            int flip = at;
            add(
                    "signature with bit flipped at " + at,
                    ORDER_UNTRUSTED,
                    order -> changed(order, signed -> signed.setSignature(flipped(signed.getSignature(), flip))));
        }
        for (int cut = 0; cut < 160; cut += 32) {
            int at = cut;
            add(
                    "payload cut at " + cut,
                    ORDER_UNTRUSTED,
                    order -> changed(
                            order,
                            signed -> signed.setPayload(signed.getPayload().substring(0, at))));
            add(
                    "certificate cut at " + cut,
                    ORDER_UNTRUSTED,
                    order -> changed(
                            order,
                            signed -> signed.setCertificate(
                                    signed.getCertificate().substring(0, at))));
        }
    }

    private void behind() {
        add(
                "bytes behind the payload",
                ORDER_UNTRUSTED,
                order -> changed(
                        order,
                        signed -> signed.setPayload(signed.getPayload().concat(ByteString.copyFrom(new byte[1])))));
        add(
                "bytes behind the signature",
                ORDER_UNTRUSTED,
                order -> changed(
                        order,
                        signed -> signed.setSignature(signed.getSignature().concat(ByteString.copyFrom(new byte[1])))));
        add(
                "bytes behind the certificate",
                ORDER_UNTRUSTED,
                order -> changed(
                        order,
                        signed -> signed.setCertificate(
                                signed.getCertificate().concat(ByteString.copyFrom(new byte[1])))));
        add("no signature", ORDER_UNTRUSTED, order -> changed(order, SignedOrder.Builder::clearSignature));
        add("nothing", ORDER_UNTRUSTED, order -> SignedOrder.getDefaultInstance());
        add("a payload above its cap", ORDER_UNTRUSTED, order -> {
            var large = order.toBuilder();
            large.getNodeBuilder().putLabels("large", "x".repeat(1 << 20));
            return DIRECTOR.sign(large.build());
        });
    }

    private static SignedOrder changed(Order order, Consumer<SignedOrder.Builder> change) {
        var signed = DIRECTOR.sign(order).toBuilder();
        change.accept(signed);
        return signed.build();
    }

    private static ByteString flipped(ByteString bytes, int at) {
        var changed = bytes.toByteArray();
        changed[at] ^= 1;
        return ByteString.copyFrom(changed);
    }

    /** Signatures of the director's over something else. */
    private void statements() {
        add(
                "a signature of the order before",
                ORDER_UNTRUSTED,
                order -> DIRECTOR.sign(order).toBuilder()
                        .setSignature(DIRECTOR.sign(order.toBuilder()
                                        .setRevision(order.getRevision() - 1)
                                        .build())
                                .getSignature())
                        .build());
        for (var type : List.of("application/vnd.keelson.order.v2", "application/vnd.in-toto+json", "")) {
            add("a signature of type '" + type + "'", ORDER_UNTRUSTED, order -> {
                var payload = order.toByteArray();
                return DIRECTOR.envelope(payload, raw(encoded(type, payload)));
            });
        }
        add("a signature over the bare payload", ORDER_UNTRUSTED, order -> {
            var payload = order.toByteArray();
            return DIRECTOR.envelope(payload, raw(payload));
        });
    }

    private static byte[] encoded(String type, byte[] payload) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(("DSSEv1 " + type.length() + " " + type + " " + payload.length + " ")
                .getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    private static byte[] raw(byte[] bytes) {
        try {
            var signature = java.security.Signature.getInstance("SHA256withECDSA");
            signature.initSign(DIRECTOR.signer().key());
            signature.update(bytes);
            return signature.sign();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
