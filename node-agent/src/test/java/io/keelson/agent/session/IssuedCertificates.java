package io.keelson.agent.session;

import com.google.protobuf.ByteString;
import io.keelson.agent.kubernetes.Credentials;
import io.keelson.agent.kubernetes.Credentials.Purpose;
import io.keelson.proto.agent.v1.CertificatePurpose;
import io.keelson.proto.agent.v1.IssueCertificatesRequest;
import io.keelson.proto.agent.v1.IssueCertificatesResponse;
import io.keelson.proto.agent.v1.IssuedCertificate;
import java.util.EnumMap;
import java.util.Map;

/** A test server's answer to hosts that ask for the certificates of their node. */
record IssuedCertificates(Credentials authority) {
    IssueCertificatesResponse answer(IssueCertificatesRequest request) {
        Map<Purpose, byte[]> requests = new EnumMap<>(Purpose.class);
        request.getOrdersList()
                .forEach(order ->
                        requests.put(purpose(order.getPurpose()), order.getCsr().toByteArray()));
        var issued = authority.issue(requests);
        var answer = IssueCertificatesResponse.newBuilder().setKubernetesCa(ByteString.copyFrom(issued.kubernetesCa()));
        issued.etcdCa().map(ByteString::copyFrom).ifPresent(answer::setEtcdCa);
        issued.frontProxyCa().map(ByteString::copyFrom).ifPresent(answer::setFrontProxyCa);
        request.getOrdersList()
                .forEach(order -> answer.addCertificates(IssuedCertificate.newBuilder()
                        .setPurpose(order.getPurpose())
                        .setChain(ByteString.copyFrom(issued.chains().get(purpose(order.getPurpose()))))));
        return answer.build();
    }

    private static Purpose purpose(CertificatePurpose wire) {
        return Purpose.valueOf(wire.name().replace("CERTIFICATE_PURPOSE_", ""));
    }
}
