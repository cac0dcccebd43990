package io.keelson.agent.plan;

import java.util.function.Consumer;
import java.util.function.Supplier;

/** An activity that nobody watches, or only its words, for tests that apply a step by hand. */
public final class SilentActivity implements Activity {
    private final Consumer<String> words;

    public SilentActivity() {
        this(detail -> {});
    }

    /** @param words is told what progress is made, while it is made */
    public SilentActivity(Consumer<String> words) {
        this.words = words;
    }

    @Override
    public void progress(String detail) {
        words.accept(detail);
    }

    @Override
    public <T> T transferring(Supplier<T> action) {
        return action.get();
    }
}
