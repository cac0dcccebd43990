package io.keelson.server.secrets;

import io.keelson.server.TestServer;
import io.keelson.server.store.StateStore;
import io.keelson.trust.pki.Pem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/**
 * Secrets that are known to a test, and every place in which they might turn up: values of the store, files, the log,
 * this process's arguments and environment. Each secret is looked for as it is, in hexadecimal digits, and in base64,
 * whatever stands before it.
 */
public final class Canaries implements AutoCloseable {
    /** Long enough not to occur by chance, short enough to be found where only a part of a secret is. */
    private static final int SHORTEST = 16;

    private final Map<String, byte[]> needles = new TreeMap<>();
    private final StringBuffer log = new StringBuffer();
    private final Logger root = Logger.getLogger("");
    private final Level level = root.getLevel();
    private final Handler capture = new Handler() {
        private final SimpleFormatter formatter = new SimpleFormatter();

        @Override
        public void publish(LogRecord message) {
            log.append(formatter.format(message));
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    };

    /** Watches the log from now on, all of it. */
    public Canaries() {
        capture.setLevel(Level.ALL);
        root.addHandler(capture);
        root.setLevel(Level.ALL);
    }

    /** A private key in PEM: its text, its DER, and the secret number itself. */
    public void privateKey(String name, byte[] pem) {
        var key = (ECPrivateKey) Pem.privateKey(pem);
        secret(name + " as PEM", middle(new String(pem, StandardCharsets.US_ASCII)));
        secret(name + " as DER", Arrays.copyOfRange(key.getEncoded(), 30, 62));
        secret(name + " as a number", number(key.getS()));
    }

    /** Some secret bytes. */
    public void secret(String name, byte[] secret) {
        needles.put(name, secret);
        var hex = HexFormat.of().formatHex(secret);
        needles.put(name + ", hexadecimal", bytes(hex));
        needles.put(name + ", hexadecimal, capitals", bytes(hex.toUpperCase(Locale.ROOT)));
        for (int before = 0; before < 3; before++) {
            var shifted = new byte[before + secret.length];
            System.arraycopy(secret, 0, shifted, before, secret.length);
            var text = Base64.getEncoder().encodeToString(shifted);
            // Without the characters that depend on what stands before and behind.
            needles.put(name + ", base64 at " + before, bytes(text.substring(4, text.length() - 4)));
        }
    }

    /** All private keys in the store, opened; returns how many. */
    public int privateKeysOf(StateStore store, Vault vault) {
        int found = 0;
        for (var holder : TestServer.SEALED) {
            for (var entry : store.list(holder.prefix())) {
                privateKey(entry.key(), vault.open(holder.sealed(entry), entry.key()));
                found++;
            }
        }
        return found;
    }

    /** Where any of them is in the store. */
    public List<String> inStore(StateStore store) {
        var found = new ArrayList<String>();
        for (var entry : store.list("/")) {
            found.addAll(in(entry.key(), entry.value()));
        }
        return found;
    }

    /** Where any of them is in the files of a directory. */
    public List<String> inFiles(Path directory) {
        var found = new ArrayList<String>();
        try (var files = Files.walk(directory)) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                found.addAll(in(file.toString(), Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    /** Where any of them is in what was logged. */
    public List<String> inLog() {
        return in("log", log.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** What was logged. */
    public String log() {
        return log.toString();
    }

    /** Where any of them is in what others can see of a process. */
    public List<String> inProcess(String pid) {
        var found = new ArrayList<String>();
        for (var file : List.of("cmdline", "environ")) {
            var path = Path.of("/proc", pid, file);
            try {
                found.addAll(in(path.toString(), Files.readAllBytes(path)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    private List<String> in(String place, byte[] content) {
        return needles.entrySet().stream()
                .filter(needle -> contains(content, needle.getValue()))
                .map(needle -> needle.getKey() + " in " + place)
                .toList();
    }

    private static boolean contains(byte[] content, byte[] needle) {
        if (needle.length < SHORTEST) {
            throw new IllegalArgumentException("too short to be looked for");
        }
        // Latin-1 keeps every byte as one character, so the text search is one over bytes.
        return new String(content, StandardCharsets.ISO_8859_1)
                .contains(new String(needle, StandardCharsets.ISO_8859_1));
    }

    /** A line of the body, without the parts that all keys of a kind share. */
    private static byte[] middle(String pem) {
        return bytes(pem.lines()
                .filter(line -> !line.startsWith("-----"))
                .skip(1)
                .findFirst()
                .orElseThrow());
    }

    private static byte[] number(BigInteger value) {
        return HexFormat.of().parseHex("%064x".formatted(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        root.removeHandler(capture);
        root.setLevel(level);
    }
}
