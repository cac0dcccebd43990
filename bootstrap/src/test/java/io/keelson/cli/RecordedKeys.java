package io.keelson.cli;

import io.grpc.stub.StreamObserver;
import io.keelson.proto.operator.v1.EncryptSecretsAnewRequest;
import io.keelson.proto.operator.v1.EncryptSecretsAnewResponse;
import io.keelson.proto.operator.v1.ForgetServerRequest;
import io.keelson.proto.operator.v1.ForgetServerResponse;
import io.keelson.proto.operator.v1.HostAuthorityRequest;
import io.keelson.proto.operator.v1.HostAuthorityResponse;
import io.keelson.proto.operator.v1.RotateHostAuthorityRequest;
import io.keelson.proto.operator.v1.SecretsStatusRequest;
import io.keelson.proto.operator.v1.SecretsStatusResponse;

/** Recorded answers about the keys of secrets and the authorities. */
abstract class RecordedKeys extends RecordedReleases {
    private volatile Runnable onEncryption = () -> {};
    private volatile SecretsStatusResponse secrets = SecretsStatusResponse.getDefaultInstance();

    /** What is said of the authorities. */
    public volatile HostAuthorityResponse authorities = HostAuthorityResponse.getDefaultInstance();

    /** What happens when it is asked to encrypt secrets anew, before it answers. */
    public void onEncryption(Runnable effect) {
        onEncryption = effect;
    }

    /** What the status of stored secrets is from now on. */
    public void secrets(SecretsStatusResponse status) {
        secrets = status;
    }

    @Override
    public void secretsStatus(SecretsStatusRequest request, StreamObserver<SecretsStatusResponse> to) {
        answer(request, to, secrets);
    }

    @Override
    public void encryptSecretsAnew(EncryptSecretsAnewRequest request, StreamObserver<EncryptSecretsAnewResponse> to) {
        onEncryption.run();
        answer(request, to, EncryptSecretsAnewResponse.getDefaultInstance());
    }

    @Override
    public void forgetServer(ForgetServerRequest request, StreamObserver<ForgetServerResponse> to) {
        answer(request, to, ForgetServerResponse.getDefaultInstance());
    }

    @Override
    public void hostAuthority(HostAuthorityRequest request, StreamObserver<HostAuthorityResponse> to) {
        answer(request, to, authorities);
    }

    @Override
    public void rotateHostAuthority(RotateHostAuthorityRequest request, StreamObserver<HostAuthorityResponse> to) {
        answer(request, to, authorities);
    }
}
