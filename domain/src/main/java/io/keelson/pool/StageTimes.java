package io.keelson.pool;

import io.keelson.fleet.HostId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How long the stages of a pool's own hosts took, where they came to their good end. */
final class StageTimes {
    /** Newer ones tell more of what is patched now than older ones. */
    private static final int NEWEST = 20;

    private final Map<Stage, List<Duration>> took;

    private StageTimes(Map<Stage, List<Duration>> took) {
        this.took = took;
    }

    /** @param passages of one pool, oldest first; some of the oldest may be missing */
    static StageTimes of(List<Passage> passages) {
        var entered = new HashMap<HostId, Passage>();
        var took = new EnumMap<Stage, List<Duration>>(Stage.class);
        for (var passage : passages) {
            var before = Optional.ofNullable(entered.put(passage.host(), passage));
            before.filter(known -> known.to().equals(passage.from()) && isGood(passage))
                    .ifPresent(known -> took.computeIfAbsent(passage.from().orElseThrow(), stage -> new ArrayList<>())
                            .add(Duration.between(known.at(), passage.at())));
        }
        return new StageTimes(took);
    }

    /** What was given up or taken back says nothing of how long it takes. */
    private static boolean isGood(Passage passage) {
        var to = passage.to();
        return passage.from()
                .filter(from -> switch (from) {
                    case VERIFYING -> is(to, Stage.SERVING);
                    case DRAINING -> is(to, Stage.LEAVING) || is(to, Stage.PATCHING);
                    case LEAVING -> is(to, Stage.SPARE) || is(to, Stage.PREPARING);
                    case PATCHING -> is(to, Stage.VERIFYING);
                    case PREPARING -> is(to, Stage.SPARE);
                    case SPARE, SERVING, FAILED -> false;
                })
                .isPresent();
    }

    private static boolean is(Optional<Stage> to, Stage stage) {
        return to.equals(Optional.of(stage));
    }

    /** How long the stage takes: the median of the newest {@value #NEWEST}; empty if none came to its end yet. */
    Optional<Duration> of(Stage stage) {
        var all = took.getOrDefault(stage, List.of());
        var newest = all.subList(Math.max(0, all.size() - NEWEST), all.size()).stream()
                .sorted()
                .toList();
        return newest.isEmpty() ? Optional.empty() : Optional.of(newest.get(newest.size() / 2));
    }
}
