package io.keelson.agent.os;

import io.keelson.agent.host.Host;
import io.keelson.agent.host.Network;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Whether a service does its work, beyond being a process. Reads only, bounded in time. */
@FunctionalInterface
public interface Probe {
    /** How long one question may take. */
    Duration LIMIT = Duration.ofSeconds(5);

    /** What is missing, in a person's words; empty if nothing is. */
    Optional<String> gap(Host host);

    /** Being a process is enough. */
    static Probe none() {
        return host -> Optional.empty();
    }

    /** Loopback answers 200. */
    static Probe answers(String url) {
        return answers(url, body -> Optional.empty());
    }

    /** Loopback answers 200 with a body that has no gap. */
    static Probe answers(String url, Function<String, Optional<String>> bodyGap) {
        return host -> gapIn(url, host.network().probe(url, LIMIT), bodyGap);
    }

    /** A service answers 200 over TLS, with a client certificate where one is given. */
    static Probe answers(String url, Network.Tls tls, Function<String, Optional<String>> bodyGap) {
        return host -> gapIn(url, host.network().get(url, tls, LIMIT), bodyGap);
    }

    /** This probe, then another. */
    default Probe and(Probe next) {
        return host -> gap(host).or(() -> next.gap(host));
    }

    private static Optional<String> gapIn(
            String url, Optional<Network.Response> answer, Function<String, Optional<String>> bodyGap) {
        if (answer.isEmpty()) {
            return Optional.of(url + " does not answer");
        }
        var response = answer.get();
        if (response.status() != 200) {
            return Optional.of(url + " answers " + response.status() + " " + firstLine(response.body()));
        }
        return bodyGap.apply(response.body());
    }

    private static String firstLine(String body) {
        var line = body.strip().lines().findFirst().orElse("");
        return line.length() <= 160 ? line : line.substring(0, 160);
    }
}
