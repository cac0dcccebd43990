package io.keelson.server.session;

import com.google.protobuf.ByteString;
import io.keelson.proto.agent.v1.Authorities;
import io.keelson.trust.pki.Pem;

/** The wire form of the authorities for servers and hosts. */
final class AuthoritiesMessage {
    private AuthoritiesMessage() {}

    static Authorities of(io.keelson.server.authority.Authorities known) {
        return Authorities.newBuilder()
                .setCertificates(ByteString.copyFrom(Pem.encode(known.trusted())))
                .setSigning(known.signing().spki().hex())
                .build();
    }
}
