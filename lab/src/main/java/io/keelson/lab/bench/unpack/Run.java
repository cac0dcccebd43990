package io.keelson.lab.bench.unpack;

import io.keelson.lab.host.LabException;
import java.util.regex.Pattern;

/**
 * One run of one contestant.
 *
 * @param wall seconds
 * @param processor seconds of all processes, in user and in system mode
 * @param peakMegabytes largest resident size, if the contestant tells it; otherwise 0
 * @param start seconds until a process that stays was ready; 0 for one that does not
 */
record Run(double wall, double processor, long peakMegabytes, double start) {
    /** Before a command line; says what {@link #of} reads. */
    static final String STOPWATCH = "TIMEFORMAT='took %3R %3U %3S'; time \"$@\"";

    private static final Pattern TOOK = Pattern.compile("took ([0-9.]+) ([0-9.]+) ([0-9.]+)");

    /** As the shell's own stopwatch saw it; children count. */
    static Run of(String output) {
        var took = TOOK.matcher(output);
        if (!took.find()) {
            throw new LabException("the shell has not said how long it took:\n" + output);
        }
        return new Run(
                Double.parseDouble(took.group(1)),
                Double.parseDouble(took.group(2)) + Double.parseDouble(took.group(3)),
                0,
                0);
    }
}
