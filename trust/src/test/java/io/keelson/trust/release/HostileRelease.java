package io.keelson.trust.release;

import io.keelson.problem.ProblemCode;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A way to keep a host from what its owners want it to run, or to give it something else.
 *
 * @param name says what is wrong
 * @param codes one of them is the refusal's; several only where chance decides what a flipped bit means
 * @param accepted files of the store that may change on the way, for they were rightly accepted before the refusal
 * @param before what the host has seen already when the attack begins
 * @param owners what the owners have done since, all of it right
 * @param attack what is shown instead
 * @param repair how the owners recover
 */
public record HostileRelease(
        String name,
        Set<ProblemCode> codes,
        Set<String> accepted,
        Consumer<Mirror> before,
        Consumer<Mirror> owners,
        Consumer<Mirror> attack,
        Consumer<Mirror> repair) {
    /** All roles in front of the one that is refused. */
    static final Set<String> NOTHING = Set.of();

    public HostileRelease {
        codes = Set.copyOf(codes);
        accepted = Set.copyOf(accepted);
    }

    /** An attack on a repository in which nothing special has happened. */
    public static HostileRelease of(String name, ProblemCode code, Set<String> accepted, Consumer<Mirror> attack) {
        return new HostileRelease(name, Set.of(code), accepted, mirror -> {}, mirror -> {}, attack, Mirror::recover);
    }

    /** The same, after something that the host has seen. */
    public HostileRelease after(Consumer<Mirror> seen) {
        return new HostileRelease(name, codes, accepted, seen, owners, attack, repair);
    }

    /** The same, while the owners have done something that the host has not seen. */
    public HostileRelease since(Consumer<Mirror> done) {
        return new HostileRelease(name, codes, accepted, before, done, attack, repair);
    }

    /** The same, with another way to recover. */
    public HostileRelease until(Consumer<Mirror> repaired) {
        return new HostileRelease(name, codes, accepted, before, owners, attack, repaired);
    }

    /** The same, refused with one of these. */
    public HostileRelease with(ProblemCode... others) {
        return new HostileRelease(name, Set.of(others), accepted, before, owners, attack, repair);
    }

    /** Files that an update has accepted when it comes to a role: {@code root.json} only if a new one is there. */
    public static Set<String> before(String role) {
        return switch (role) {
            case "root", "timestamp" -> Set.of();
            case "snapshot" -> Set.of("timestamp.json");
            case "targets" -> Set.of("timestamp.json", "snapshot.json");
            default -> Set.of("timestamp.json", "snapshot.json", "targets.json");
        };
    }

    /** The same with a new root that was accepted, which forgets timestamp and snapshot if their keys are others. */
    static Set<String> withRoot(String role) {
        var all = new java.util.HashSet<>(before(role));
        all.addAll(List.of("root.json", "timestamp.json", "snapshot.json"));
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}
