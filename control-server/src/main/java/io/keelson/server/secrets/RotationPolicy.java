package io.keelson.server.secrets;

/** The decision about the next step of a rotation: pure, made on one picture. */
final class RotationPolicy {
    private RotationPolicy() {}

    /**
     * The next step.
     *
     * @param leader the server that is going to take it, with its own keys
     */
    static RotationStep next(SecretsPicture picture, String leader) {
        var agreed = picture.agreed();
        // A key that was replaced once stays replaced: its file comes from a backup.
        if (agreed.isPresent() && picture.wished().contains(agreed.get())) {
            return new RotationStep.Activate(agreed.get());
        }
        if (picture.active().isEmpty() || picture.server(leader).isEmpty()) {
            return new RotationStep.Rest();
        }
        var own = picture.server(leader).get();
        var active = picture.active().get().key();
        if (!own.inFile().contains(active)) {
            // What is only in memory is lost with this process; nothing comes under such a key.
            return new RotationStep.Rest();
        }
        return picture.secrets().stream()
                .filter(secret -> !secret.isUnder(active) && opens(own, secret))
                .findFirst()
                .<RotationStep>map(RotationStep.Wrap::new)
                .orElseGet(RotationStep.Rest::new);
    }

    private static boolean opens(ServerKeys own, StoredSecret secret) {
        return secret.sealedWith().filter(own::opens).isPresent();
    }
}
