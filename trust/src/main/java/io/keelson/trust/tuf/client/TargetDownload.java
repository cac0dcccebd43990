package io.keelson.trust.tuf.client;

import io.keelson.durable.AtomicFile;
import io.keelson.durable.FileMode;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.content.Hashes;
import io.keelson.trust.tuf.content.TargetFile;
import io.keelson.trust.tuf.content.TargetPath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * Gets the content of a target (TUF 1.0 sections 5.7.1 to 5.7.3). The file appears whole and checked, or not at all.
 *
 * @param consistent whether names carry hashes (section 6.2)
 */
record TargetDownload(Source source, boolean consistent) {
    private static final int BUFFER = 65_536;

    void run(TargetPath target, TargetFile wanted, Path file) {
        if (!holds(file, wanted)) {
            AtomicFile.write(file, FileMode.PUBLIC, out -> fetch(target, wanted, out));
        }
    }

    byte[] bytes(TargetPath target, TargetFile wanted) {
        var out = new ByteArrayOutputStream();
        try {
            fetch(target, wanted, out);
        } catch (IOException e) {
            throw new AssertionError("memory has no input or output", e);
        }
        return out.toByteArray();
    }

    private void fetch(TargetPath target, TargetFile wanted, OutputStream out) throws IOException {
        var prefix = wanted.hashes()
                .prefix()
                .orElseThrow(() -> TufRefusal.content(target.path(), "has no hash that this program can check"));
        var location = source.locate(target.location(consistent ? prefix + "." : ""));
        var checked = new CheckedOutput(out, wanted.hashes().check());
        if (!source.fetcher().fetch(location, wanted.length(), checked)) {
            throw TufRefusal.missing(target.path());
        }
        if (checked.written != wanted.length()) {
            throw TufRefusal.content(target.path(), "has " + checked.written + " bytes instead of " + wanted.length());
        }
        if (!checked.check.matches()) {
            throw TufRefusal.content(target.path(), "has not the hash that was signed");
        }
    }

    private static boolean holds(Path file, TargetFile wanted) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) != wanted.length()) {
                return false;
            }
            var check = wanted.hashes().check();
            var buffer = new byte[BUFFER];
            try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    check.update(buffer, 0, read);
                }
            }
            return check.matches();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static final class CheckedOutput extends OutputStream {
        private final OutputStream out;
        private final Hashes.Check check;
        private long written;

        CheckedOutput(OutputStream out, Hashes.Check check) {
            this.out = out;
            this.check = check;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            check.update(bytes, offset, length);
            written += length;
            out.write(bytes, offset, length);
        }
    }
}
