package io.keelson.lab.fleet;

import io.keelson.lab.host.LabException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code keelson} of this checkout, on the lab's own machine.
 *
 * @param logs where its output goes
 */
record KeelsonTool(Path logs) {
    private static final Duration LIMIT = Duration.ofMinutes(15);

    /** Runs a command, which must succeed. @return what it said */
    String must(String... arguments) {
        var argv = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                Objects.requireNonNull(System.getProperty("java.class.path"), "java.class.path"),
                "io.keelson.cli.Main"));
        argv.addAll(List.of(arguments));
        var log = logs.resolve(arguments[0] + "-" + arguments[1] + ".log");
        var result = new Tool(Path.of("/"), log, Map.of()).run(LIMIT, argv);
        if (!result.ok()) {
            throw new LabException("keelson " + String.join(" ", arguments) + " failed:\n" + result.out());
        }
        return result.out();
    }
}
