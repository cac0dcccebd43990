package io.keelson.agent.host;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Counts places; at one of them the agent is killed, or something else happens and the agent goes on. */
final class CrashPoints {
    private final int deadly;
    private final Consumer<String> watch;
    private final Optional<Runnable> instead;
    private int passed;
    private boolean dead;

    CrashPoints(int deadly, Consumer<String> watch, Optional<Runnable> instead) {
        this.deadly = deadly;
        this.watch = watch;
        this.instead = instead;
    }

    /** Whether the place was come to. */
    boolean isPassed() {
        return passed >= deadly;
    }

    /** @throws CrashingHost.Crash if there is nobody any more to do anything */
    void requireLife() {
        if (dead) {
            throw new CrashingHost.Crash("was killed");
        }
    }

    /** A place before, in or behind what is done. */
    private boolean isDeadly() {
        requireLife();
        passed++;
        if (passed == deadly) {
            instead.ifPresentOrElse(Runnable::run, () -> dead = true);
        }
        return dead;
    }

    private void pass(String where) {
        if (isDeadly()) {
            throw new CrashingHost.Crash(where);
        }
    }

    /** A part of an effect, of which a crash leaves just that. */
    void partly(String what, Runnable part) {
        if (isDeadly()) {
            part.run();
            watch.accept("half of: " + what);
            throw new CrashingHost.Crash("within: " + what);
        }
    }

    <T> T effect(String what, Supplier<T> effect) {
        pass("before: " + what);
        var result = effect.get();
        watch.accept(what);
        pass("after: " + what);
        return result;
    }

    void effect(String what, Runnable effect) {
        var unused = effect(what, () -> {
            effect.run();
            return true;
        });
    }

    <T> T look(Supplier<T> question) {
        requireLife();
        return question.get();
    }
}
