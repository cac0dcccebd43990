package io.keelson.server.authorityrotation;

import io.keelson.fleet.Epoch;
import io.keelson.fleet.HostId;
import io.keelson.problem.ProblemException;
import io.keelson.server.authority.Authorities;
import io.keelson.server.authority.HostAuthorities;
import io.keelson.server.authority.TrustReport;
import io.keelson.server.authority.TrustReports;
import io.keelson.server.enrolment.Host;
import io.keelson.server.enrolment.Hosts;
import io.keelson.server.leader.Leadership;
import io.keelson.server.observed.ObservedHost;
import io.keelson.server.observed.ObservedStates;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Carries rotations out: one step when its time has come. Runs on every server, acts on the leader only; each turn
 * reads everything afresh, so that it does not matter which server took the step before.
 */
public final class AuthorityRotation implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AuthorityRotation.class.getName());
    private static final long TURN_SECONDS = 5;

    private final Leadership leadership;
    private final HostAuthorities authorities;
    private final TrustReports reports;
    private final Hosts hosts;
    private final ObservedStates observed;
    private final InstantSource clock;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("authority rotation").factory());

    public AuthorityRotation(
            Leadership leadership,
            HostAuthorities authorities,
            TrustReports reports,
            Hosts hosts,
            ObservedStates observed,
            InstantSource clock) {
        this.leadership = leadership;
        this.authorities = authorities;
        this.reports = reports;
        this.hosts = hosts;
        this.observed = observed;
        this.clock = clock;
    }

    /** Begins to take turns. */
    public void start() {
        var unused = timer.scheduleWithFixedDelay(this::safeTurn, TURN_SECONDS, TURN_SECONDS, TimeUnit.SECONDS);
    }

    /** What there is, and what comes next. */
    public record Status(Authorities authorities, RotationStep next) {}

    /** What there is, and what comes next. */
    public Status status() {
        var now = authorities.read();
        // Hosts are read after the authorities: what they said before is not taken for an answer to what came later.
        return new Status(
                now, RotationPolicy.next(now, now.generations().size() > 1 ? hosts() : List.of(), clock.instant()));
    }

    /** Begins a rotation; the leader carries it on. @see HostAuthorities#announce */
    public void begin(String actor) {
        authorities.announce(actor);
    }

    /**
     * Takes a step if its time has come and this server leads.
     *
     * @throws ProblemException the step was not taken; it is tried again at the next turn
     */
    public void carryOn() {
        leadership.current().ifPresent(this::turn);
    }

    private void safeTurn() {
        try {
            carryOn();
        } catch (ProblemException e) {
            LOG.log(Level.WARNING, "the authority's rotation tries again later: {0}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "the authority's rotation failed unforeseen; it tries again later", e);
        }
    }

    /** At most one step. */
    private void turn(Epoch epoch) {
        switch (status().next()) {
            case RotationStep.Rest rest -> LOG.log(Level.TRACE, "no rotation");
            case RotationStep.WaitUntil(var until, var why) ->
                LOG.log(Level.DEBUG, "waiting until {0}, {1}", until, why);
            case RotationStep.WaitFor(var waiting, var why) ->
                LOG.log(Level.DEBUG, "waiting for {0} {1}", waiting, why);
            case RotationStep.Sign(int number) -> {
                authorities.sign(epoch, number);
                LOG.log(Level.INFO, "authority {0} signs from now on", number);
            }
            case RotationStep.Drop(int number) -> {
                authorities.drop(epoch, number);
                LOG.log(Level.INFO, "authority {0} is dropped", number);
            }
        }
    }

    private List<RotatingHost> hosts() {
        var said = reports.all().stream().collect(Collectors.toMap(TrustReport::host, report -> report));
        var seen = observed.all().stream().collect(Collectors.toMap(ObservedHost::host, ObservedHost::lastSeen));
        return hosts.all().stream()
                .filter(host -> !host.revoked())
                .map(host -> rotating(host, said, seen))
                .toList();
    }

    private static RotatingHost rotating(Host host, Map<HostId, TrustReport> said, Map<HostId, Instant> seen) {
        var report = Optional.ofNullable(said.get(host.id()))
                .filter(each -> each.key().equals(host.key()));
        return new RotatingHost(
                host.id(),
                report.map(TrustReport::trusts).orElse(Set.of()),
                report.flatMap(TrustReport::certificateBy),
                Collections.max(List.of(host.enrolled(), seen.getOrDefault(host.id(), Instant.EPOCH))));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
