package io.keelson.server.api;

import com.google.protobuf.ByteString;
import io.keelson.fleet.HostId;
import io.keelson.proto.operator.v1.HostAuthorityResponse;
import io.keelson.proto.operator.v1.HostAuthorityResponse.Authority;
import io.keelson.server.authority.Generation;
import io.keelson.server.authorityrotation.AuthorityRotation;
import io.keelson.server.authorityrotation.RotationStep;
import io.keelson.trust.pki.Pem;
import java.util.Locale;

/** The authorities and their rotation as operators are told. */
final class AuthorityAnswer {
    private AuthorityAnswer() {}

    static HostAuthorityResponse of(AuthorityRotation.Status status) {
        var answer = HostAuthorityResponse.newBuilder();
        status.authorities().generations().forEach(each -> answer.addAuthorities(authority(each)));
        switch (status.next()) {
            case RotationStep.Rest rest -> answer.clearNext();
            case RotationStep.WaitUntil(var time, var why) -> answer.setNext("waits until " + time + ", " + why);
            case RotationStep.WaitFor(var hosts, var why) ->
                answer.setNext("waits for " + hosts.size() + " hosts " + why)
                        .addAllWaitingFor(hosts.stream().map(HostId::value).toList());
            case RotationStep.Sign(int number) -> answer.setNext("authority " + number + " is about to sign");
            case RotationStep.Drop(int number) -> answer.setNext("authority " + number + " is about to be dropped");
        }
        return answer.build();
    }

    private static Authority authority(Generation generation) {
        return Authority.newBuilder()
                .setNumber(generation.number())
                .setSha256(generation.spki().hex())
                .setPhase(generation.phase().name().toLowerCase(Locale.ROOT))
                .setSinceMillis(generation.since().toEpochMilli())
                .setExpiresMillis(generation.certificate().getNotAfter().getTime())
                .setCertificate(ByteString.copyFrom(Pem.encode(generation.certificate())))
                .build();
    }
}
