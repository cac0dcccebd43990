package io.keelson.cli.host;

import java.io.PrintWriter;
import java.util.List;

/** What happens to a host, or would, as a person reads it. */
final class Steps {
    private Steps() {}

    /** @param done such as {@code removed} */
    static void write(PrintWriter out, String host, String done, boolean dryRun, List<String> steps) {
        out.println("host/" + host + " " + done + (dryRun ? " (dry run)" : ""));
        steps.forEach(step -> out.println("  " + step));
        out.flush();
    }
}
