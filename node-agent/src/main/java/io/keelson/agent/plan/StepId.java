package io.keelson.agent.plan;

import java.util.regex.Pattern;

/**
 * Names a step in plans, journals and reports.
 *
 * @param value dotted lower-case words, such as {@code etcd.member}
 */
public record StepId(String value) {
    private static final Pattern FORM = Pattern.compile("[a-z0-9-]+(\\.[a-z0-9-]+)*");

    public StepId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("not a step id: '" + value + "'");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
