package io.keelson.agent.os.packages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What packages were like when the host was started, as far as a reboot depends on it, and which reboot was the last that was
 * asked for. Written before packages change and before a reboot. JSON, version 1.
 *
 * @param boot to which {@code before} belongs
 * @param before versions of packages that need a reboot, by {@link io.keelson.release.OsPackage#key()}; empty text of one
 *     that was not there
 * @param reboots how many were asked for and begun
 * @param begun in which boot the last of them was begun; empty text if none was
 */
record BootNote(Boot boot, SortedMap<String, String> before, int reboots, String begun) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int VERSION = 1;

    BootNote {
        before = new TreeMap<>(before);
    }

    /** The note, as far as it is about the present boot; an empty one if there is none. */
    static BootNote of(Host host, Path file) {
        var boot = Boot.of(host);
        return read(host, file)
                .map(found -> found.boot().equals(boot)
                        ? found
                        : new BootNote(boot, new TreeMap<>(), found.reboots(), found.begun()))
                .orElseGet(() -> new BootNote(boot, new TreeMap<>(), 0, ""));
    }

    /** The same, which also knows of these packages; what it knows already was noted earlier and stays. */
    BootNote with(SortedMap<String, String> versions) {
        var all = new TreeMap<>(versions);
        all.putAll(before);
        return new BootNote(boot, all, reboots, begun);
    }

    /** The same, from before the reboot with that number. */
    BootNote rebooting(int number) {
        return new BootNote(boot, before, number, boot.value());
    }

    /**
     * What is in the file.
     *
     * @throws ProblemException HOST_STATE_UNREADABLE if it is no note
     */
    private static Optional<BootNote> read(Host host, Path file) {
        return host.files().read(file).map(bytes -> parse(file, bytes));
    }

    private static BootNote parse(Path file, byte[] bytes) {
        try {
            var tree = JSON.readTree(bytes);
            if (tree.path("v").asInt() != VERSION
                    || !tree.path("before").isObject()
                    || !tree.path("reboots").isInt()) {
                throw new IllegalArgumentException("no note of version " + VERSION);
            }
            var before = new TreeMap<String, String>();
            tree.path("before").properties().forEach(each -> before.put(each.getKey(), text(each.getValue())));
            return new BootNote(
                    new Boot(text(tree.path("boot"))),
                    before,
                    tree.path("reboots").asInt(),
                    text(tree.path("begun")));
        } catch (IOException | IllegalArgumentException e) {
            throw new ProblemException(
                    Problem.error(
                            ProblemCode.HOST_STATE_UNREADABLE,
                            file + " does not say what packages were like when the host was started: " + e.getMessage(),
                            Remedy.advise(
                                    "Find out what has changed it; remove it and reboot the host.", "cat " + file)),
                    e);
        }
    }

    private static String text(JsonNode node) {
        if (!node.isTextual()) {
            throw new IllegalArgumentException("no text where one has to be");
        }
        return node.asText();
    }

    /** Writes it durably. */
    void write(Host host, Path file) {
        var tree = JSON.createObjectNode().put("v", VERSION).put("boot", boot.value());
        var versions = tree.putObject("before");
        before.forEach(versions::put);
        tree.put("reboots", reboots).put("begun", begun);
        HostFile.text(file, tree + "\n").write(host);
    }
}
