package io.keelson.agent;

import io.keelson.agent.artifact.AcceptedBundles;
import io.keelson.agent.artifact.AcceptedBundles.Bundle;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.Assignment;
import io.keelson.agent.session.Assignment.Goal;
import io.keelson.agent.session.identity.AgentDirectory;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.fleet.OsSpec;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.bundle.BundleUnpacker;
import io.keelson.trust.release.TrustedMetadata;
import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.store.DirectoryStore;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/** {@code keelson-agent status} and {@code verify}: read only, beside a running agent, without a server. */
final class InspectCommands {
    private final AgentDirectory directory;
    private final Path releases;
    private final InstantSource clock;

    InspectCommands(AgentDirectory directory, Path releases, InstantSource clock) {
        this.directory = directory;
        this.releases = releases;
        this.clock = clock;
    }

    void status(PrintStream out) {
        var identity = new IdentityStore(directory.identity()).load();
        var order = new AcceptedOrders(directory.state()).current();
        var journal = Journal.view(directory.journal());
        out.println("host         " + identity.host());
        out.println("servers      " + String.join(", ", identity.endpoints()));
        out.println("certificate  until " + identity.certificate().getNotAfter().toInstant());
        trust(out);
        out.println("order        "
                + switch (order.goal()) {
                    case Goal.Untold _ -> order.asksNothing() ? "none yet" : numbers(order) + ": to stay what it is";
                    case Goal.Bare _ -> numbers(order) + ": no cluster's, with nothing of one on it";
                    case Goal.Node(var spec) ->
                        numbers(order) + ": " + spec.role() + " " + spec.node() + " of cluster " + spec.cluster()
                                + ", bundle " + spec.bundle();
                });
        order.os().ifPresent(os -> out.println("OS level     " + os + level(os)));
        var bundles = new AcceptedBundles(directory.manifests()).read();
        out.println(
                "bundle       " + bundles.running().map(InspectCommands::text).orElse("none runs yet"));
        bundles.next().ifPresent(next -> out.println("next bundle  " + text(next)));
        out.println("converged    revision " + journal.converged());
        journal.halt().ifPresent(halt -> out.println("halted       " + halt));
    }

    private String level(OsSpec ordered) {
        boolean there = new AcceptedBundles(directory.levels())
                .read()
                .running()
                .filter(level -> level.manifest().equals(ordered.manifest()))
                .isPresent();
        return there ? "" : ", not reached yet";
    }

    private static String numbers(Assignment order) {
        return "revision " + order.revision() + " of epoch " + order.epoch();
    }

    private static String text(Bundle bundle) {
        return bundle.name() + " (manifest " + bundle.manifest().abbreviated() + ")";
    }

    /** Only the next install asks for these dates; what runs goes on. */
    private void trust(PrintStream out) {
        var trusted = TrustedMetadata.read(new DirectoryStore(directory.trust()));
        if (trusted.isEmpty()) {
            out.println("trust        no root of a release repository");
        }
        for (var file : trusted) {
            out.println((file.role().equals(RoleName.ROOT) ? "trust        " : "             ") + file.role()
                    + " version " + file.version() + (isOver(file.expires()) ? ", expired " : " until ")
                    + file.expires());
        }
    }

    private boolean isOver(Instant expires) {
        return !expires.isAfter(clock.instant());
    }

    /** @return whether every byte of the ordered bundle is as its manifest says */
    boolean verify(PrintStream out) {
        var spec = new AcceptedOrders(directory.state())
                .current()
                .spec()
                .orElseThrow(() -> missing("this host was never told which bundle to run"));
        var manifest = new AcceptedBundles(directory.manifests())
                .manifest(spec.bundle(), spec.manifest())
                .orElseThrow(() -> missing("this host has not accepted bundle " + spec.bundle() + " yet"));
        var drift = BundleUnpacker.verifyInstalled(
                manifest, releases.resolve(spec.bundle().value()));
        drift.forEach(out::println);
        out.println(spec.bundle() + (drift.isEmpty() ? ": intact" : ": " + drift.size() + " differences"));
        return drift.isEmpty();
    }

    private static ProblemException missing(String what) {
        return Problem.error(
                        ProblemCode.BUNDLE_NOT_FOUND,
                        what,
                        Remedy.advise("Let the agent fetch it first.", "keelson-agent status"))
                .asException();
    }
}
