package io.keelson.agent.plan;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a journal file holds.
 *
 * @param intact bytes up to the end of the last whole entry
 * @param torn why the bytes behind that are not an entry, if there are any
 */
record JournalContent(List<JournalEntry> entries, long intact, Optional<String> torn) {
    JournalContent {
        entries = List.copyOf(entries);
    }

    /**
     * Reads a file. Only the last entry may be damaged, because every entry is on the disk before the next is written.
     *
     * @throws ProblemException if anything else is wrong with it
     */
    static JournalContent read(Path file) throws IOException {
        var bytes = Files.readAllBytes(file);
        int start = Journal.HEADER.length;
        if (bytes.length < start || !Arrays.equals(bytes, 0, start, Journal.HEADER, 0, start)) {
            throw unreadable(file, "it does not begin as a journal of this version does");
        }
        List<JournalEntry> entries = new ArrayList<>();
        while (start < bytes.length) {
            int end = endOfLine(bytes, start);
            boolean last = end >= bytes.length - 1;
            if (end == bytes.length) {
                return new JournalContent(entries, start, Optional.of("the last entry has no end"));
            }
            try {
                entries.add(JournalLine.decode(new String(bytes, start, end - start, StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                if (!last) {
                    throw unreadable(file, "entry " + (entries.size() + 1) + ": " + e.getMessage());
                }
                return new JournalContent(entries, start, Optional.of("the last entry: " + e.getMessage()));
            }
            start = end + 1;
        }
        return new JournalContent(entries, start, Optional.empty());
    }

    private static int endOfLine(byte[] bytes, int start) {
        int end = start;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        return end;
    }

    private static ProblemException unreadable(Path file, String why) {
        return Problem.error(
                        ProblemCode.HOST_STATE_UNREADABLE,
                        "the journal " + file + " cannot be trusted: " + why,
                        Remedy.advise(
                                "Find out what changed the file; restore it from a copy, or move it away so that the"
                                        + " agent observes the host anew.",
                                "mv " + file + " " + file + ".damaged"))
                .asException();
    }
}
