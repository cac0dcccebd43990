package io.keelson.lab.token;

import io.keelson.lab.fleet.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** SoftHSM with tokens in a directory, and programs of this checkout that see them. */
final class SoftToken {
    static final String PIN = "567890";

    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final List<String> LIBRARIES = List.of(
            "/usr/lib/softhsm/libsofthsm2.so",
            "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
            "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
            "/usr/lib64/pkcs11/libsofthsm2.so");

    private final Path directory;
    private final Tool tool;

    SoftToken(Path directory) {
        this.directory = directory;
        var configuration = directory.resolve("softhsm2.conf");
        try {
            Files.createDirectories(directory.resolve("tokens"));
            Files.writeString(
                    configuration,
                    "directories.tokendir = " + directory.resolve("tokens") + "\nobjectstore.backend = file\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.tool = new Tool(directory, directory.resolve("log"), Map.of("SOFTHSM2_CONF", configuration.toString()));
    }

    /** The PKCS #11 library. */
    static Path library() {
        return LIBRARIES.stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("SoftHSM is not installed; run: lab/run setup"));
    }

    /** Makes a token. */
    void make(String label) {
        tool.must(
                LIMIT,
                List.of("softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "1234", "--pin", PIN));
    }

    static String uri(String token, String object) {
        return "pkcs11:token=" + token + ";object=" + object + "?module-path=" + library();
    }

    /** The PIN, as a command takes it. */
    Path pinFile(String pin) {
        try {
            return Files.writeString(directory.resolve("pin-" + pin), pin + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs {@code keelson} where the tokens can be seen. */
    Tool.Result keelson(String... arguments) {
        return java("io.keelson.cli.Main", arguments);
    }

    /** Runs a program of this checkout. */
    Tool.Result java(String main, String... arguments) {
        var argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path"), "java.class.path"),
                main));
        argv.addAll(List.of(arguments));
        return tool.run(LIMIT, argv);
    }

    /** Makes a key by the Java platform's own tool, as others may have made it. */
    void makeByKeytool(String token, String object, String... kind) {
        var configuration = directory.resolve("keytool.conf");
        try {
            Files.writeString(configuration, "name=other\nlibrary=" + library() + "\nslotListIndex=0\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var argv = Stream.concat(
                Stream.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        object,
                        "-dname",
                        "CN=" + token,
                        "-storetype",
                        "PKCS11",
                        "-storepass",
                        PIN,
                        "-addprovider",
                        "SunPKCS11",
                        "-providerarg",
                        configuration.toString()),
                Stream.of(kind));
        tool.must(LIMIT, argv.toList());
    }
}
