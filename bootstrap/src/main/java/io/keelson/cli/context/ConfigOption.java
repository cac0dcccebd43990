package io.keelson.cli.context;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the contexts are kept; used as a picocli mixin. */
public final class ConfigOption {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            defaultValue = "${env:KEELSON_CONFIG:-${sys:user.home}/.config/keelson/config.yaml}",
            description = "File with the contexts. Default: $KEELSON_CONFIG, or ~/.config/keelson/config.yaml.")
    Path config = Path.of("config.yaml");

    /** The contexts' file. */
    public ContextFile contexts() {
        return new ContextFile(config);
    }
}
