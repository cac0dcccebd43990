package io.keelson.agent.session.reports;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.proto.agent.v1.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReportSpoolTest {
    @TempDir
    Path directory;

    private static void append(ReportSpool spool, int count) {
        for (int i = 0; i < count; i++) {
            spool.append(Report.newBuilder().setRevision(100 + i));
        }
    }

    private static List<Report> all(ReportSpool spool) {
        List<Report> found = new ArrayList<>();
        long after = 0;
        for (var next = spool.next(after); next.isPresent(); next = spool.next(after)) {
            found.add(next.get());
            after = next.get().getSequence();
        }
        return found;
    }

    @Test
    void handsOutTheSameReportsAgainUntilTheyAreAcknowledged() {
        try (var spool = new ReportSpool(directory, 100)) {
            append(spool, 5);
            assertThat(all(spool)).extracting(Report::getSequence).containsExactly(1L, 2L, 3L, 4L, 5L);
            spool.acknowledge(all(spool).getFirst().getSpool(), 3);
            spool.acknowledge("another spool", 5);
            assertThat(all(spool)).extracting(Report::getSequence).containsExactly(4L, 5L);
        }
    }

    @Test
    void goesOnAfterARestartUnderTheSameNameAndNumbers() {
        String name;
        try (var spool = new ReportSpool(directory, 100)) {
            append(spool, 3);
            name = all(spool).getFirst().getSpool();
            spool.acknowledge(name, 3);
            append(spool, 2);
        }
        try (var spool = new ReportSpool(directory, 100)) {
            append(spool, 1);
            assertThat(all(spool)).extracting(Report::getSequence).containsExactly(4L, 5L, 6L);
            assertThat(all(spool)).allSatisfy(r -> assertThat(r.getSpool()).isEqualTo(name));
        }
    }

    @Test
    void dropsTheOldestWhenFullAndSaysHowMany() {
        try (var spool = new ReportSpool(directory, 10)) {
            append(spool, 25);
        }
        try (var spool = new ReportSpool(directory, 10)) {
            var reports = all(spool);
            assertThat(reports).hasSize(10);
            assertThat(reports.getFirst().getSequence()).isEqualTo(16);
            assertThat(reports.getFirst().getDropped()).isEqualTo(15);
            assertThat(reports.get(1).getDropped()).isZero();
        }
    }

    @Test
    void losesOnlyATornTail() throws IOException {
        try (var spool = new ReportSpool(directory, 100)) {
            append(spool, 4);
        }
        var file = directory.resolve("reports");
        var bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 2));
        try (var spool = new ReportSpool(directory, 100)) {
            assertThat(all(spool)).extracting(Report::getRevision).containsExactly(100L, 101L, 102L);
        }
    }

    @Test
    void beginsANewSpoolWhenTheFileIsForeign() throws IOException {
        Files.writeString(directory.resolve("reports"), "hello\n");
        try (var spool = new ReportSpool(directory, 100)) {
            append(spool, 1);
            assertThat(all(spool))
                    .singleElement()
                    .satisfies(r -> assertThat(r.getSequence()).isEqualTo(1));
        }
    }
}
