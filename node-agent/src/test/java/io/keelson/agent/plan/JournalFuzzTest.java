package io.keelson.agent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.fleet.Revision;
import io.keelson.fuzz.FuzzTest;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * A journal is read, or refused as unreadable; what was read is written to lines that mean the same. An input is a file's
 * lines; those that begin with a brace get the checksum that makes them count.
 */
class JournalFuzzTest extends FuzzTest {
    private static final Instant AT = Instant.parse("2026-11-01T12:00:00Z");
    private static final StepId STEP = new StepId("etcd.identity");

    @Override
    public List<byte[]> seeds() {
        var lines = new ByteArrayOutputStream();
        for (var entry : List.of(
                new JournalEntry.Base(AT, new Revision(4), new Revision(3), List.of(STEP), Map.of(STEP, 2)),
                new JournalEntry.Begun(AT, new Revision(5)),
                new JournalEntry.Skipped(AT, STEP, "holds"),
                new JournalEntry.Started(AT, STEP, "no data yet"),
                new JournalEntry.Done(AT, STEP, "data of cp-a"),
                new JournalEntry.Halted(AT, STEP, "HOST_DISK_FULL", "the disk is full"),
                new JournalEntry.Converged(AT, new Revision(5)))) {
            var line = JournalLine.encode(entry);
            lines.writeBytes(Arrays.copyOfRange(line, 9, line.length));
        }
        return List.of(lines.toByteArray());
    }

    @Override
    public List<String> words() {
        return List.of("\"kind\":\"base\"", "\"tries\":{\"\":1}", "\"ours\":[1]", "\n", "+1000000000-12-31T23:59:59Z");
    }

    @Override
    public void accept(byte[] input) throws IOException {
        var file = Files.createTempFile("journal", "");
        try {
            Files.write(file, file(input));
            var progress = new Progress();
            for (var entry : JournalContent.read(file).entries()) {
                progress.add(entry);
                var line = new String(JournalLine.encode(entry), StandardCharsets.UTF_8);
                assertThat(line).endsWith("\n");
                assertThat(JournalLine.encode(JournalLine.decode(line.stripTrailing())))
                        .isEqualTo(line.getBytes(StandardCharsets.UTF_8));
            }
        } catch (ProblemException refused) {
            assertThat(refused.problem().code()).isEqualTo(ProblemCode.HOST_STATE_UNREADABLE);
        } finally {
            Files.delete(file);
        }
    }

    private static byte[] file(byte[] lines) {
        var file = new ByteArrayOutputStream();
        file.writeBytes(Journal.HEADER);
        for (var line : new String(lines, StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.startsWith("{")) {
                var crc = new CRC32C();
                crc.update(line.getBytes(StandardCharsets.UTF_8));
                file.writeBytes("%08x %s\n".formatted(crc.getValue(), line).getBytes(StandardCharsets.UTF_8));
            } else {
                file.writeBytes(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        return file.toByteArray();
    }
}
