package io.keelson.server.secrets;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.trust.secret.SecretKeyId;
import java.util.ArrayList;
import java.util.List;

/** What stands in the way of a rotation or endangers secrets, in the words of a person who has to act. */
final class RotationProblems {
    private static final Remedy COPY = Remedy.advise(
            "Bring the secrets key file that has all keys to every server, as docs/secrets.md says; a server takes it"
                    + " without a restart.",
            "keelson server secrets status");

    private final SecretsPicture picture;
    private final List<Problem> problems = new ArrayList<>();

    private RotationProblems(SecretsPicture picture) {
        this.picture = picture;
    }

    static List<Problem> of(SecretsPicture picture) {
        var found = new RotationProblems(picture);
        picture.servers().forEach(found::server);
        found.wishes();
        found.secrets();
        return List.copyOf(found.problems);
    }

    private void server(ServerKeys server) {
        if (!server.damaged().isEmpty()) {
            add(
                    ProblemCode.SERVER_SECRET_UNREADABLE,
                    "server " + server.server() + " has the keys of these secrets and cannot open them: "
                            + String.join(", ", server.damaged()) + "; they were changed, or belong elsewhere",
                    Remedy.advise("Restore them from a backup of etcd; see the log.", "journalctl -u keelson-server"));
        }
        if (!server.problem().isEmpty()) {
            add(
                    ProblemCode.SERVER_SECRET_KEY_FILE,
                    "server " + server.server() + ": " + server.problem(),
                    Remedy.advise(
                            "Correct the file on that server; it goes on with what it read before until it ends."));
        }
        if (server.inFile().isEmpty()) {
            add(
                    ProblemCode.SERVER_SECRET_KEY_MISSING,
                    "server " + server.server() + " has not said which keys it has; no key is rotated without it",
                    Remedy.advise(
                            "Start the server. If it is gone for good, let it be forgotten.",
                            "keelson server forget " + server.server()));
            return;
        }
        var lost = server.inMemory().stream().filter(this::needed).toList();
        if (!lost.isEmpty()) {
            add(
                    ProblemCode.SERVER_SECRET_KEY_MISSING,
                    "server " + server.server() + " has the keys " + lost
                            + " in memory only: its key file was replaced by one without them",
                    Remedy.advise(
                            "Do not stop that server. Put the newer key file back; if there is none, rotate to a new key"
                                    + " now, while the server can still open what is stored.",
                            "keelson server secrets rotate"));
        } else {
            lacking(server);
        }
        if (picture.isFormer(server.inFile().getFirst())) {
            add(
                    ProblemCode.SERVER_SECRET_KEY_MISSING,
                    "server " + server.server() + " has the key "
                            + server.inFile().getFirst() + " on top, which was replaced by another one earlier",
                    COPY);
        }
    }

    private void lacking(ServerKeys server) {
        var active = picture.active().map(ActiveKey::key);
        if (active.isPresent() && !server.inFile().contains(active.get())) {
            add(
                    ProblemCode.SERVER_SECRET_KEY_MISSING,
                    "server " + server.server() + " lacks the key " + active.get()
                            + ", with which secrets are sealed; it can neither make nor use them",
                    COPY);
        }
    }

    private void wishes() {
        var wished = picture.wished();
        if (wished.size() > 1) {
            add(
                    ProblemCode.SERVER_SECRET_KEY_MISSING,
                    "the servers have different new keys on top: " + wished + "; none of them is used yet",
                    COPY);
            return;
        }
        for (var key : wished) {
            picture.servers().stream()
                    .filter(server -> !server.inFile().isEmpty() && !server.hasOnTop(key))
                    .forEach(server -> add(
                            ProblemCode.SERVER_SECRET_KEY_MISSING,
                            "server " + server.server()
                                    + (server.inFile().contains(key) ? " has not on top" : " lacks")
                                    + " the new key " + key + "; secrets stay under the older key until it has it",
                            COPY));
        }
    }

    private void secrets() {
        if (picture.uses().containsKey("")) {
            add(
                    ProblemCode.SERVER_SECRET_UNREADABLE,
                    picture.uses().get("") + " stored secrets have a form that this server does not know, such as "
                            + picture.secrets().stream()
                                    .filter(secret -> secret.sealedWith().isEmpty())
                                    .map(StoredSecret::key)
                                    .findFirst()
                                    .orElse(""),
                    Remedy.advise("Use servers of one version, and see the log.", "journalctl -u keelson-server"));
        }
        picture.uses().forEach((key, secrets) -> {
            if (!key.isEmpty() && picture.servers().stream().noneMatch(server -> server.opens(new SecretKeyId(key)))) {
                add(
                        ProblemCode.SERVER_SECRET_UNREADABLE,
                        secrets + " stored secrets are under the key " + key + ", which no server has",
                        Remedy.advise(
                                "Put the key from its backup into every server's secrets key file, below the present"
                                        + " ones."));
            }
        });
    }

    private boolean needed(SecretKeyId key) {
        return picture.isActive(key) || picture.uses().containsKey(key.hex());
    }

    private void add(ProblemCode code, String what, Remedy remedy) {
        problems.add(Problem.error(code, what, remedy));
    }
}
