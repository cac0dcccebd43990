package io.keelson.trust.tuf;

import io.keelson.trust.tuf.content.TargetPath;
import io.keelson.trust.tuf.fetch.Fetcher;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Gives out a simulated repository, in memory or to a web server that asks it. */
public record SimulatedServer(SimulatedRepository repository) implements Fetcher {
    public static final URI METADATA = URI.create("http://repository.test/metadata");
    public static final URI TARGETS = URI.create("http://repository.test/targets/");

    @Override
    public boolean fetch(URI file, long atMost, OutputStream out) throws IOException {
        var answer = answer(file.getRawPath().substring(1));
        if (answer.isPresent()) {
            if (answer.get().length > atMost) {
                throw TufRefusal.tooLarge(file.toString(), atMost);
            }
            out.write(answer.get());
        }
        return answer.isPresent();
    }

    /** What a web server would answer below the repository's address, encoded names as they come. */
    public Optional<byte[]> answer(String path) {
        return path.startsWith("metadata/")
                ? metadata(path.substring("metadata/".length(), path.length() - ".json".length()))
                : content(path);
    }

    private Optional<byte[]> metadata(String name) {
        boolean consistent = Boolean.TRUE.equals(repository.signed("root").get("consistent_snapshot"));
        int dot = name.indexOf('.');
        boolean versioned = dot > 0 && !name.equals("timestamp") && (consistent || name.endsWith(".root"));
        var encoded = versioned ? name.substring(dot + 1) : name;
        repository.requests.add(versioned ? encoded + " " + name.substring(0, dot) : name);
        var role = URLDecoder.decode(encoded, StandardCharsets.UTF_8);
        var versions = repository.published.getOrDefault(role, List.of());
        long version = versioned ? Long.parseLong(name.substring(0, dot)) : versions.size();
        return version >= 1 && version <= versions.size()
                ? Optional.of(versions.get((int) version - 1))
                : Optional.empty();
    }

    private Optional<byte[]> content(String path) {
        repository.requests.add(path);
        for (var content : repository.contents.entrySet()) {
            var location = new TargetPath(content.getKey());
            if (path.equals("targets/" + location.location("")) || path.matches(prefixed(location))) {
                return Optional.of(content.getValue());
            }
        }
        return Optional.empty();
    }

    private static String prefixed(TargetPath location) {
        return "targets/\\Q" + location.location("!").replace("!", "\\E[0-9a-f]+\\.\\Q") + "\\E";
    }
}
