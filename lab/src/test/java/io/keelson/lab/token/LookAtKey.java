package io.keelson.lab.token;

import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Provider;
import java.util.ServiceLoader;

/** A thief with the PIN tries to take a key out of the only token of a library. */
final class LookAtKey {
    private LookAtKey() {}

    /** Library, label, PIN; prints what the token gives away. */
    public static void main(String[] arguments) throws Exception {
        var provider = ServiceLoader.loadInstalled(Provider.class).stream()
                .filter(found -> found.type().getName().endsWith(".SunPKCS11"))
                .findFirst()
                .orElseThrow()
                .get()
                .configure("--name=thief\nlibrary=" + Path.of(arguments[0]) + "\nslotListIndex=0\n");
        var keys = KeyStore.getInstance("PKCS11", provider);
        keys.load(null, arguments[2].toCharArray());
        var key = keys.getKey(arguments[1], null);
        System.out.println("encoded: " + (key.getEncoded() == null ? "nothing" : "all of it"));
        System.out.println(key);
    }
}
