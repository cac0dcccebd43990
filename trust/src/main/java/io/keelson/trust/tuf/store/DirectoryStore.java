package io.keelson.trust.tuf.store;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonLimits;
import io.keelson.trust.json.JsonText;
import io.keelson.trust.json.StrictJson;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * A directory with one file per role: {@code root.json}, {@code timestamp.json}, {@code snapshot.json}, {@code
 * targets.json}, and one per delegated role under its percent-encoded name. Beside them lie {@code lock} and {@code
 * clock-floor}. Only whole files appear.
 */
public final class DirectoryStore implements MetadataStore {
    private static final String FLOOR = "clock-floor";
    private static final int FLOOR_FORMAT = 1;
    private static final JsonLimits FLOOR_LIMITS = new JsonLimits(1_024, 2, 64);

    private final Path directory;

    /** A store in a directory, which exists. */
    public DirectoryStore(Path directory) {
        this.directory = directory;
    }

    @Override
    public Optional<byte[]> read(RoleName role) {
        return AtomicFile.read(directory.resolve(role.fileName()));
    }

    @Override
    public void write(RoleName role, byte[] metadata) {
        AtomicFile.write(directory.resolve(role.fileName()), metadata, FileMode.PUBLIC);
    }

    @Override
    public void remove(RoleName role) {
        AtomicFile.remove(directory.resolve(role.fileName()));
    }

    @Override
    public Optional<Instant> clockFloor() {
        var bytes = AtomicFile.read(directory.resolve(FLOOR));
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            var fields = StrictJson.readObject(bytes.get(), FLOOR_LIMITS);
            fields.requireType("clock-floor", FLOOR_FORMAT);
            var floor = Instant.parse(fields.text("floor"));
            fields.end();
            return Optional.of(floor);
        } catch (InvalidJson | DateTimeException e) {
            throw TufRefusal.stateUnreadable(directory.resolve(FLOOR).toString(), e);
        }
    }

    @Override
    public void raiseClockFloor(Instant time) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("_type", "clock-floor");
        fields.put("formatVersion", FLOOR_FORMAT);
        fields.put("floor", time.toString());
        AtomicFile.write(directory.resolve(FLOOR), JsonText.write(fields), FileMode.PUBLIC);
    }

    /** Within one process, a second attempt on the same directory may end the first one's lock: POSIX has it so. */
    @Override
    public Held lock() {
        var channel = lockFile();
        if (isHeldBy(channel)) {
            return new FileHeld(channel);
        }
        close(channel);
        throw TufRefusal.locked(directory.toString());
    }

    private FileChannel lockFile() {
        try {
            return FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (NoSuchFileException e) {
            throw TufRefusal.notInitialised(directory.toString());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot lock " + directory, e);
        }
    }

    private static boolean isHeldBy(FileChannel channel) {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        } catch (IOException e) {
            close(channel);
            throw new UncheckedIOException("cannot lock", e);
        }
    }

    private record FileHeld(FileChannel channel) implements Held {
        @Override
        public void close() {
            DirectoryStore.close(channel);
        }
    }

    private static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give up a lock", e);
        }
    }

    @Override
    public String toString() {
        return directory.toString();
    }
}
