package io.keelson.workload;

import java.util.HashMap;
import java.util.Map;

/**
 * Amounts by the name of a resource.
 *
 * @param amounts {@code cpu} in thousandths of a core; {@code memory} and {@code ephemeral-storage} in bytes; everything
 *     else in pieces
 */
public record Resources(Map<String, Long> amounts) {
    /** Nothing of anything. */
    public static final Resources NONE = new Resources(Map.of());

    public Resources {
        amounts = Map.copyOf(amounts);
    }

    /** Processors and memory. */
    public static Resources of(long milliCpu, long memory) {
        return new Resources(Map.of("cpu", milliCpu, "memory", memory));
    }

    /** Both together. */
    public Resources plus(Resources other) {
        var sum = new HashMap<>(amounts);
        other.amounts.forEach((name, amount) -> sum.merge(name, amount, Long::sum));
        return new Resources(sum);
    }

    /** What is left of this; negative where the other is more. */
    public Resources minus(Resources other) {
        var rest = new HashMap<>(amounts);
        other.amounts.forEach((name, amount) -> rest.merge(name, -amount, Long::sum));
        return new Resources(rest);
    }

    /** The larger amount of each. */
    public Resources max(Resources other) {
        var most = new HashMap<>(amounts);
        other.amounts.forEach((name, amount) -> most.merge(name, amount, Math::max));
        return new Resources(most);
    }

    /** Whether the other is no more than this in anything that it asks for. */
    public boolean covers(Resources other) {
        return other.amounts.entrySet().stream()
                .allMatch(each -> each.getValue() <= 0 || amounts.getOrDefault(each.getKey(), 0L) >= each.getValue());
    }
}
