package io.keelson.release;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Text with {@code ${NAME}} in it. There is no expression, no default and no nesting; {@code $$} is a dollar sign.
 */
public record Template(String text) {
    private static final Pattern TOKEN = Pattern.compile("\\$(\\$|\\{([A-Z_]+)}|)");

    /** @throws IllegalArgumentException if a name is not a {@link Placeholder}, or a dollar sign stands alone */
    public Template {
        scan(text);
    }

    /** The placeholders that occur. */
    public Set<Placeholder> placeholders() {
        return scan(text);
    }

    /**
     * The text with every placeholder replaced.
     *
     * @throws IllegalArgumentException if a placeholder that occurs has no value
     */
    public String render(Map<Placeholder, String> values) {
        return TOKEN.matcher(text).replaceAll(match -> {
            if (match.group(1).equals("$")) {
                return Matcher.quoteReplacement("$");
            }
            var placeholder = Placeholder.valueOf(match.group(2));
            var value = values.get(placeholder);
            if (value == null) {
                throw new IllegalArgumentException("no value for ${" + placeholder + "}");
            }
            return Matcher.quoteReplacement(value);
        });
    }

    private static Set<Placeholder> scan(String text) {
        var found = EnumSet.noneOf(Placeholder.class);
        var matcher = TOKEN.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).isEmpty()) {
                throw new IllegalArgumentException("a lone '$' at " + matcher.start() + "; write $$");
            }
            if (matcher.group(2) != null) {
                found.add(known(matcher.group(2)));
            }
        }
        return found;
    }

    private static Placeholder known(String name) {
        for (var placeholder : Placeholder.values()) {
            if (placeholder.name().equals(name)) {
                return placeholder;
            }
        }
        throw new IllegalArgumentException("unknown placeholder ${" + name + "}");
    }
}
