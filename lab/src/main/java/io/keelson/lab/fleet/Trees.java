package io.keelson.lab.fleet;

import io.keelson.release.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Whole directories: what is in them, and away with them. */
public final class Trees {
    private Trees() {}

    /** A digest over names and contents of files and directories, and of one more text. */
    static Digest digest(List<Path> parts, String text) {
        var gathered = Digest.sha256();
        gathered.update(text.getBytes(StandardCharsets.UTF_8));
        for (var part : parts) {
            try (var files = Files.walk(part)) {
                for (var file : files.filter(Files::isRegularFile).sorted().toList()) {
                    gathered.update(part.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
                    gathered.update(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return Digest.of(gathered);
    }

    /** Copies a tree to where there is none. */
    static void copy(Path from, Path to) {
        try (var all = Files.walk(from)) {
            Files.createDirectories(to.toAbsolutePath().getParent());
            for (var path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a tree; nothing happens if it is not there. */
    public static void remove(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try (var all = Files.walk(tree)) {
            for (var path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
