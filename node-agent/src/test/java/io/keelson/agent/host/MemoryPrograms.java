package io.keelson.agent.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Programs that answer as a test tells them; unknown ones are not found (127). Later answers come first. */
public final class MemoryPrograms implements Programs {
    private final List<Answer> answers = new ArrayList<>();
    private final List<List<String>> runs = new ArrayList<>();

    private record Answer(List<String> prefix, Function<List<String>, Result> result) {}

    /** Answers every command that begins with these words. */
    public void answer(List<String> prefix, Function<List<String>, Result> result) {
        answers.addFirst(new Answer(List.copyOf(prefix), result));
    }

    /** Lets every command that begins with these words succeed with that output. */
    public void succeed(List<String> prefix, String out) {
        answer(prefix, argv -> new Result(0, out, ""));
    }

    /** What was run, in order. */
    public List<List<String>> runs() {
        return List.copyOf(runs);
    }

    @Override
    public Result run(List<String> argv, Duration limit) {
        if (Thread.currentThread().isInterrupted()) {
            throw new IllegalStateException("interrupted while a program ran"); // as a real one
        }
        runs.add(List.copyOf(argv));
        return answers.stream()
                .filter(answer -> argv.size() >= answer.prefix().size()
                        && argv.subList(0, answer.prefix().size()).equals(answer.prefix()))
                .findFirst()
                .map(answer -> answer.result().apply(argv))
                .orElseGet(() -> new Result(127, "", argv.getFirst() + ": no such program"));
    }
}
