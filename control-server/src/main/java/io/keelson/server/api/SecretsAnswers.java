package io.keelson.server.api;

import io.keelson.proto.operator.v1.EncryptSecretsAnewResponse;
import io.keelson.proto.operator.v1.ForgetServerResponse;
import io.keelson.proto.operator.v1.SecretsStatusResponse;
import io.keelson.server.secrets.SecretsPicture;
import io.keelson.server.secrets.SecretsRotation;
import io.keelson.server.secrets.ServerKeys;
import io.keelson.server.wire.ProblemStatus;
import io.keelson.trust.secret.SecretKeyId;
import java.util.List;

/** The wire form of what operators see and ask of the keys that protect stored secrets. */
final class SecretsAnswers {
    private final SecretsRotation rotation;

    SecretsAnswers(SecretsRotation rotation) {
        this.rotation = rotation;
    }

    SecretsStatusResponse status() {
        var picture = rotation.picture();
        var response = SecretsStatusResponse.newBuilder()
                .setSecrets(picture.secrets().size())
                .setSecretsUnderActiveKey(picture.underActive())
                .setSettled(picture.settled());
        picture.active()
                .ifPresent(active -> response.setActiveKey(active.key().hex())
                        .addAllFormerKeys(texts(active.former()))
                        .setEncryptingAnew(active.encryptAnew())
                        .setEncryptingAnewNext(active.encryptAnewNext()));
        picture.uses()
                .forEach((key, secrets) -> response.addUses(
                        SecretsStatusResponse.KeyUse.newBuilder().setKey(key).setSecrets(secrets)));
        picture.servers().forEach(server -> response.addServers(server(server)));
        problems(picture, response);
        return response.build();
    }

    private static void problems(SecretsPicture picture, SecretsStatusResponse.Builder response) {
        picture.problems().forEach(problem -> response.addProblems(ProblemStatus.report(problem)));
    }

    private static SecretsStatusResponse.ServerKeys server(ServerKeys keys) {
        return SecretsStatusResponse.ServerKeys.newBuilder()
                .setServer(keys.server())
                .addAllInFile(texts(keys.inFile()))
                .addAllInMemory(texts(keys.inMemory()))
                .setSource(
                        switch (keys.source()) {
                            case UNKNOWN -> "";
                            case FILE -> "file";
                            case CREDENTIAL -> "credential";
                        })
                .setProblem(keys.problem())
                .build();
    }

    private static List<String> texts(List<SecretKeyId> keys) {
        return keys.stream().map(SecretKeyId::hex).toList();
    }

    EncryptSecretsAnewResponse encryptAnewNext(String operator) {
        rotation.encryptAnewNext(operator);
        return EncryptSecretsAnewResponse.getDefaultInstance();
    }

    ForgetServerResponse forgetServer(String operator, String name) {
        rotation.forgetServer(operator, name);
        return ForgetServerResponse.getDefaultInstance();
    }
}
