package io.keelson.agent.os.packages;

import java.util.List;

/** The end of what a program has put out, for one sentence of a problem. */
final class LastWords {
    private static final int LINES = 8;
    private static final int LENGTH = 800;

    private LastWords() {}

    /** Its last lines, with bars between; without what a terminal would obey. */
    static String of(String output) {
        List<String> lines = output.lines()
                .map(line -> line.substring(line.lastIndexOf('\r') + 1))
                .map(line -> line.replaceAll("\\p{Cntrl}", " ").strip())
                .filter(line -> !line.isEmpty())
                .toList();
        var text = String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
        return text.length() <= LENGTH ? text : "..." + text.substring(text.length() - LENGTH);
    }
}
