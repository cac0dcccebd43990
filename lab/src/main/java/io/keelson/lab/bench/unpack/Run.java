package io.keelson.lab.bench.unpack;

import io.keelson.lab.host.LabException;
import java.util.regex.Pattern;

/**
 * One run of one contestant, as the shell's own stopwatch saw it; its children count.
 *
 * @param wall seconds
 * @param processor seconds of all processes, in user and in system mode
 * @param peakMegabytes largest resident size, if the contestant tells it; otherwise 0
 * @param inside seconds of unpacking proper, without the start of a process, if the contestant tells it; otherwise 0
 */
record Run(double wall, double processor, long peakMegabytes, double inside) {
    /** Before the contestant's command line; says what {@link #of} reads. */
    static final String STOPWATCH = "TIMEFORMAT='took %3R %3U %3S'; time \"$@\"";

    private static final Pattern TOOK = Pattern.compile("took ([0-9.]+) ([0-9.]+) ([0-9.]+)");
    private static final Pattern PEAK = Pattern.compile("VmHWM:\\s*([0-9]+) kB");
    private static final Pattern INSIDE = Pattern.compile("inside ([0-9]+) ms");

    static Run of(String output) {
        var took = TOOK.matcher(output);
        if (!took.find()) {
            throw new LabException("the shell has not said how long it took:\n" + output);
        }
        var peak = PEAK.matcher(output);
        var inside = INSIDE.matcher(output);
        return new Run(
                Double.parseDouble(took.group(1)),
                Double.parseDouble(took.group(2)) + Double.parseDouble(took.group(3)),
                peak.find() ? Long.parseLong(peak.group(1)) / 1024 : 0,
                inside.find() ? Long.parseLong(inside.group(1)) / 1000.0 : 0);
    }
}
