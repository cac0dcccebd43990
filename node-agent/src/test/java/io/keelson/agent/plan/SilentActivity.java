package io.keelson.agent.plan;

import java.util.function.Supplier;

/** An activity that nobody watches, for tests that apply a step by hand. */
public final class SilentActivity implements Activity {
    @Override
    public void progress(String detail) {}

    @Override
    public <T> T transferring(Supplier<T> action) {
        return action.get();
    }
}
