package io.keelson.server;

import io.keelson.durable.AtomicFile;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.fetch.Fetcher;
import io.keelson.trust.tuf.key.TufSigner;
import io.keelson.trust.tuf.repository.Draft;
import io.keelson.trust.tuf.repository.RepositoryFiles;
import io.keelson.trust.tuf.repository.TufRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A release repository in the hands of whoever has taken the server: any file may be put in, left out or changed, and
 * snapshot and timestamp say what he likes, signed by the server's key.
 */
final class StolenRepository implements RepositoryFiles, Fetcher {
    /** What its victims fetch from. */
    static final URI ADDRESS = URI.create("stolen:/");

    private static final Pattern VERSIONED = Pattern.compile("metadata/([1-9][0-9]*)\\.(.+)\\.json");

    /** All files by their paths, as they are given out. */
    final Map<String, byte[]> files = new TreeMap<>();

    private final TufSigner onlineKey;

    StolenRepository(TufSigner onlineKey) {
        this.onlineKey = onlineKey;
    }

    void put(Draft draft) {
        publish(draft.role(), draft.version(), draft.bytes());
    }

    /** Signs what is there now, with the next versions. */
    void sign(Instant expires) {
        put(TufRepository.open(this).snapshot(expires).signedBy(onlineKey));
        put(TufRepository.open(this).timestamp(expires).signedBy(onlineKey));
    }

    /** A document of the online roles with something of it changed, signed. */
    void forge(RoleName role, String path, String from, String to) {
        var text = new String(files.getOrDefault(path, new byte[0]), StandardCharsets.UTF_8);
        if (!text.contains(from)) {
            throw new IllegalArgumentException(from + " is not in " + text);
        }
        put(Draft.read(role, text.replace(from, to).getBytes(StandardCharsets.UTF_8))
                .signedBy(onlineKey));
    }

    @Override
    public Map<String, Long> latest() {
        var latest = new TreeMap<String, Long>();
        for (var path : files.keySet()) {
            var name = VERSIONED.matcher(path);
            if (name.matches()) {
                latest.merge(name.group(2), Long.parseLong(name.group(1)), Math::max);
            }
        }
        return latest;
    }

    private static String path(RoleName role, long version) {
        return "metadata/" + (role.equals(RoleName.TIMESTAMP) ? role.fileName() : role.fileName(version));
    }

    @Override
    public Optional<byte[]> find(RoleName role, long version) {
        return Optional.ofNullable(files.get(path(role, version)));
    }

    @Override
    public void publish(RoleName role, long version, byte[] bytes) {
        files.put(path(role, version), bytes);
    }

    @Override
    public void publishTarget(String path, AtomicFile.Content content) {
        var bytes = new ByteArrayOutputStream();
        try {
            content.writeTo(bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        files.put("targets/" + path, bytes.toByteArray());
    }

    @Override
    public boolean fetch(URI file, long atMost, OutputStream out) throws IOException {
        var bytes = files.get(file.toString().substring(ADDRESS.toString().length()));
        if (bytes == null) {
            return false;
        }
        if (bytes.length > atMost) {
            throw TufRefusal.tooLarge(file.toString(), atMost);
        }
        out.write(bytes);
        return true;
    }
}
