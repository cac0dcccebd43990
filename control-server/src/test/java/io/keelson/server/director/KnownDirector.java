package io.keelson.server.director;

import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.KnownAuthorities;
import io.keelson.trust.pki.Algorithm;
import io.keelson.trust.pki.Keys;
import java.security.KeyPair;
import java.time.InstantSource;

/**
 * A director whose key a test knows, as whoever has taken the server does.
 *
 * @param key what the real one never shows
 */
public record KnownDirector(Director director, KeyPair key) {
    public static KnownDirector of(
            String server, HostAuthorities authorities, KnownAuthorities known, InstantSource clock) {
        var key = Keys.generate(Algorithm.ECDSA_P256);
        return new KnownDirector(new Director(server, authorities, known, clock, key), key);
    }
}
