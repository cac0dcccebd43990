package io.keelson.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveBlockTest {
    private final StringWriter err = new StringWriter();

    private Terminal terminal(boolean interactive, boolean colour) {
        return new Terminal(new PrintWriter(new StringWriter()), new PrintWriter(err, true), interactive, colour);
    }

    @Test
    void redrawsInPlaceAndLeavesNothingBehind() {
        try (var block = new LiveBlock(terminal(true, true))) {
            block.show(List.of("one", "two"));
            block.show(List.of("three"));
        }
        assertThat(err.toString()).contains("\u001b[2A\r\u001b[J").endsWith("\u001b[1A\r\u001b[J");
    }

    @Test
    void drawsNothingWithoutATerminal() {
        try (var block = new LiveBlock(terminal(false, false))) {
            block.show(List.of("one"));
            block.say("stays");
        }
        assertThat(err.toString()).isEqualToNormalizingNewlines("stays\n");
    }

    @Test
    void paintsOnlyTheHeadOfAProblemAndOnlyWhereColourIsWanted() {
        var problem = Problem.error(ProblemCode.INTERNAL, "what", Remedy.advise("do"));

        terminal(true, true).show(List.of(problem));
        assertThat(err.toString()).startsWith("\u001b[1;31merror INTERNAL\u001b[0m: what");

        err.getBuffer().setLength(0);
        terminal(false, false).show(List.of(problem));
        assertThat(err.toString()).doesNotContain("\u001b");
    }
}
