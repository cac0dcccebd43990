package io.keelson.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a target begins with: its seeds, the empty input, and what is kept in the tree, in a fixed order. */
record Corpus(List<byte[]> inputs) {
    static Corpus of(FuzzTest target) {
        var inputs = new ArrayList<>(target.seeds());
        inputs.add(new byte[0]);
        var kept = target.getClass().getResource("/fuzz/" + target.getClass().getSimpleName());
        if (kept != null) {
            try (var files = Files.list(Path.of(kept.toURI()))) {
                for (var file : files.sorted().toList()) {
                    inputs.add(Files.readAllBytes(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (URISyntaxException e) {
                throw new IllegalArgumentException("no path: " + kept, e);
            }
        }
        return new Corpus(List.copyOf(inputs));
    }
}
