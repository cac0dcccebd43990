package io.keelson.server.api;

/** What somebody else wrote, made fit to stand in a message: short, and free of control characters. */
final class Printable {
    private static final int LONGEST = 80;

    private Printable() {}

    static String of(String written) {
        var clean = written.replaceAll("\\p{Cntrl}", "?");
        return clean.length() <= LONGEST ? clean : clean.substring(0, LONGEST) + "...";
    }
}
