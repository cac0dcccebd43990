package io.keelson.agent.os;

import io.keelson.release.Digest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A systemd unit file that the agent writes (systemd.unit(5), systemd.service(5)). Values that come from outside go
 * through {@link #exec} or {@link #environment}, which quote them.
 *
 * @param name such as {@code etcd.service}
 * @param entries in the order in which they were added
 * @param release the directory from which it runs programs that it names by their digest too, if it does
 */
public record UnitFile(String name, List<Entry> entries, Optional<Path> release) {
    /** The environment variable in which a started process carries the digest of what it was started from. */
    public static final String DIGEST_VARIABLE = "KEELSON_UNIT_DIGEST";

    /** How a unit file of the agent begins. */
    public static final String HEADER = "# Written by keelson-agent; changes made here are lost.\n";

    private static final Path DIRECTORY = Path.of("/etc/systemd/system");

    public UnitFile {
        entries = List.copyOf(entries);
    }

    /** A unit without a line. */
    public static UnitFile plain(String name) {
        return new UnitFile(name, List.of(), Optional.empty());
    }

    /** A unit that starts at boot and is restarted for ever when it ends. */
    public static UnitFile daemon(String name, String description) {
        return plain(name)
                .unit("Description", description)
                .unit("StartLimitIntervalSec", "0")
                .install("WantedBy", "multi-user.target")
                .service("Restart", "always")
                .service("RestartSec", "2");
    }

    /** The sections of a unit file, in the order in which they are written. */
    public enum Section {
        UNIT("Unit"),
        SERVICE("Service"),
        INSTALL("Install");

        private final String title;

        Section(String title) {
            this.title = title;
        }
    }

    /** One line. */
    public record Entry(Section section, String key, String value) {
        private String line() {
            return key + "=" + value + "\n";
        }
    }

    /** Adds a line to {@code [Unit]}. */
    public UnitFile unit(String key, String value) {
        return with(Section.UNIT, key, value);
    }

    /** Adds a line to {@code [Service]}. */
    public UnitFile service(String key, String value) {
        return with(Section.SERVICE, key, value);
    }

    /** Adds a line to {@code [Install]}. */
    public UnitFile install(String key, String value) {
        return with(Section.INSTALL, key, value);
    }

    /** Adds lines to {@code [Service]}. */
    public UnitFile sandboxed(Sandbox sandbox) {
        var unit = this;
        for (var entry : sandbox.entries()) {
            unit = unit.service(entry.getKey(), entry.getValue());
        }
        return unit;
    }

    /** Adds a command to {@code [Service]}, each argument quoted, a line for each flag. */
    public UnitFile exec(String key, List<String> argv) {
        return service(key, argv.stream().map(UnitFile::quoted).collect(Collectors.joining(" \\\n  ")));
    }

    /** Adds an environment variable to {@code [Service]}; never for secrets, which every user could read. */
    public UnitFile environment(String variable, String value) {
        return service("Environment", "\"" + escaped(variable + "=" + value) + "\"");
    }

    private UnitFile with(Section section, String key, String value) {
        return new UnitFile(
                name,
                Stream.concat(entries.stream(), Stream.of(new Entry(section, key, value)))
                        .toList(),
                release);
    }

    /**
     * The same, run from the directory of a release. Where that lies is no part of the digest: what runs from it is in the
     * unit by its bytes, so the same bytes in another release start nothing anew.
     */
    public UnitFile from(Path release) {
        return new UnitFile(name, entries, Optional.of(release));
    }

    /** Where it lies. */
    public Path path() {
        return DIRECTORY.resolve(name);
    }

    /** The digest that a process carries that was started from this unit and these contents of the files it reads. */
    public Digest digest(List<byte[]> inputs) {
        var gathered = Digest.sha256();
        gathered.update(anywhere(render(entries).getBytes(StandardCharsets.UTF_8)));
        for (var input : inputs) {
            gathered.update(Digest.of(anywhere(input)).hex().getBytes(StandardCharsets.UTF_8));
        }
        return Digest.of(gathered);
    }

    /** The same wherever the release lies; the bytes need not be text. */
    private byte[] anywhere(byte[] bytes) {
        return release.map(directory -> new String(bytes, StandardCharsets.ISO_8859_1)
                        .replace(
                                new String(
                                        (directory + "/").getBytes(StandardCharsets.UTF_8),
                                        StandardCharsets.ISO_8859_1),
                                "/")
                        .getBytes(StandardCharsets.ISO_8859_1))
                .orElse(bytes);
    }

    /** The file's text; services carry the digest into their process. */
    public String text(Digest digest) {
        var all = new ArrayList<>(entries);
        all.add(new Entry(Section.SERVICE, "Environment", DIGEST_VARIABLE + "=" + digest.hex()));
        return HEADER + render(all);
    }

    private static String render(List<Entry> entries) {
        return Arrays.stream(Section.values())
                .map(section -> "[" + section.title + "]\n"
                        + entries.stream()
                                .filter(entry -> entry.section() == section)
                                .map(Entry::line)
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    private static String quoted(String argument) {
        var escaped = escaped(argument).replace("$", "$$");
        boolean plain = !argument.isEmpty()
                && argument.chars().allMatch(c -> c > ' ' && c != '"' && c != '\'' && c != '\\' && c != ';');
        return plain ? escaped : "\"" + escaped + "\"";
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("%", "%%");
    }
}
