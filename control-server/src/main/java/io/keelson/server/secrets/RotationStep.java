package io.keelson.server.secrets;

import io.keelson.trust.secret.SecretKeyId;

/** What the leader does next; at most one effect. */
sealed interface RotationStep {
    /** All servers have the key on top: it is the one that seals from now on. */
    record Activate(SecretKeyId key) implements RotationStep {}

    /** A secret that is under another key than the active one comes under it. */
    record Wrap(StoredSecret secret) implements RotationStep {}

    /** There is nothing that this server could do. */
    record Rest() implements RotationStep {}
}
