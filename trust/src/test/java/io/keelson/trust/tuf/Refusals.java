package io.keelson.trust.tuf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Expected refusals. */
public final class Refusals {
    private Refusals() {}

    /** The attempt is refused, and for this reason. */
    public static void assertRefused(ProblemCode code, ThrowingCallable attempt) {
        var refused = catchThrowableOfType(ProblemException.class, attempt);
        assertThat(refused).as("a refusal with " + code).isNotNull();
        assertThat(refused.problem().code()).isEqualTo(code);
    }
}
