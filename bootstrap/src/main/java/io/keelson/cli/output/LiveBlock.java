package io.keelson.cli.output;

import java.util.List;

/**
 * Lines at the end of the terminal that are redrawn in place. Without a person at the terminal nothing is drawn. Not
 * for several threads at once, but {@link #close} may be called from another one when the command is interrupted.
 */
public final class LiveBlock implements AutoCloseable {
    private static final String NO_WRAP = "\u001b[?7l";
    private static final String WRAP = "\u001b[?7h";
    private static final int MOST = 40;

    private final Terminal terminal;
    private int drawn;

    /** Draws on that terminal's standard error. */
    public LiveBlock(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Puts these lines in the place of the last ones. */
    public synchronized void show(List<String> lines) {
        if (!terminal.interactive()) {
            return;
        }
        clear();
        for (var line : lines.subList(0, Math.min(MOST, lines.size()))) {
            terminal.err().print(NO_WRAP + line + WRAP + "\n");
            drawn++;
        }
        terminal.err().flush();
    }

    /** Writes a line that stays, above the block. */
    public synchronized void say(String line) {
        clear();
        terminal.say(line);
    }

    /** Takes the block away. */
    @Override
    public synchronized void close() {
        clear();
        terminal.err().flush();
    }

    private void clear() {
        if (drawn > 0) {
            terminal.err().print("\u001b[" + drawn + "A\r\u001b[J");
            drawn = 0;
        }
    }
}
