package io.keelson.agent.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.keelson.agent.host.Files.Access;
import io.keelson.agent.host.Host;
import io.keelson.agent.os.HostFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * By how much more is in use each day: the slope through what was seen during the last day, a sample every five minutes. The
 * samples are kept in a file, so that an agent that starts anew knows them; without it they are collected anew. One thread.
 */
final class GrowthMeter {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(
                    DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final int KEPT = 288;

    /** From less than an hour nothing is concluded for a day. */
    private static final Duration ENOUGH = Duration.ofHours(1);

    private static final double DAY_SECONDS = Duration.ofDays(1).toSeconds();

    private final Host host;
    private final Path file;
    private Optional<List<Sample>> samples = Optional.empty();

    GrowthMeter(Host host, Path file) {
        this.host = host;
        this.file = file;
    }

    /** The stored form of what was in use when. */
    record Sample(long second, long bytes) {}

    /** The stored form, version 1. */
    record Stored(int v, List<Sample> samples) {}

    /** What is known with this many bytes in use now. */
    Optional<Long> bytesPerDay(Instant now, long inUse) {
        var all = new ArrayList<>(samples.orElseGet(this::stored));
        long second = now.getEpochSecond();
        if (!all.isEmpty() && all.getLast().second() > second) {
            all.clear(); // the clock went back: what was seen when is not known any more
        }
        if (all.isEmpty() || second - all.getLast().second() >= EVERY.toSeconds()) {
            all.add(new Sample(second, inUse));
            all.removeIf(sample -> second - sample.second() > EVERY.toSeconds() * KEPT);
            store(all);
        }
        samples = Optional.of(all);
        return slope(all);
    }

    /** Least squares. */
    private static Optional<Long> slope(List<Sample> all) {
        if (all.getLast().second() - all.getFirst().second() < ENOUGH.toSeconds()) {
            return Optional.empty();
        }
        double meanTime = all.stream().mapToLong(Sample::second).average().orElseThrow();
        double meanBytes = all.stream().mapToLong(Sample::bytes).average().orElseThrow();
        double covariance = 0;
        double variance = 0;
        for (var sample : all) {
            double time = sample.second() - meanTime;
            covariance += time * (sample.bytes() - meanBytes);
            variance += time * time;
        }
        return Optional.of(Math.round(covariance / variance * DAY_SECONDS));
    }

    private List<Sample> stored() {
        return host.files().read(file).flatMap(this::parse).orElse(List.of());
    }

    private Optional<List<Sample>> parse(byte[] bytes) {
        try {
            var stored = JSON.readValue(bytes, new TypeReference<Stored>() {});
            return stored.v() == 1 && stored.samples().size() <= KEPT + 1
                    ? Optional.of(stored.samples())
                    : Optional.empty();
        } catch (IOException e) {
            // A forecast is no reason to keep the agent from anything.
            LOG.log(Level.WARNING, "{0} holds no samples, they are collected anew: {1}", file, e.getMessage());
            return Optional.empty();
        }
    }

    private void store(List<Sample> all) {
        try {
            var text = JSON.writeValueAsString(new Stored(1, all)) + "\n";
            new HostFile(file, text.getBytes(StandardCharsets.UTF_8), Access.PUBLIC).write(host);
        } catch (JsonProcessingException e) {
            throw new AssertionError("a record of numbers can be written", e);
        }
    }
}
