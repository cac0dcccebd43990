package io.keelson.agent;

import io.keelson.agent.artifact.ArtifactStore;
import io.keelson.agent.artifact.ReleaseSource;
import io.keelson.agent.plan.Journal;
import io.keelson.agent.session.AcceptedOrders;
import io.keelson.agent.session.identity.AgentDirectory;
import io.keelson.agent.session.identity.IdentityStore;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.trust.bundle.BlobSource;
import io.keelson.trust.bundle.BundleUnpacker;
import java.io.PrintStream;

/** {@code keelson-agent status} and {@code verify}: read only, beside a running agent, without a server. */
final class InspectCommands {
    private final AgentDirectory directory;

    InspectCommands(AgentDirectory directory) {
        this.directory = directory;
    }

    void status(PrintStream out) {
        var identity = new IdentityStore(directory.identity()).load();
        var order = new AcceptedOrders(directory.state()).current();
        var journal = Journal.view(directory.journal());
        out.println("host         " + identity.host());
        out.println("servers      " + String.join(", ", identity.endpoints()));
        out.println("certificate  until " + identity.certificate().getNotAfter().toInstant());
        out.println("order        "
                + order.spec()
                        .map(spec -> "revision " + order.revision() + " of epoch " + order.epoch() + ": " + spec.role()
                                + " " + spec.node() + " of cluster " + spec.cluster() + ", bundle " + spec.bundle())
                        .orElse("none yet"));
        out.println("converged    revision " + journal.converged());
        journal.halt().ifPresent(halt -> out.println("halted       " + halt));
    }

    /** @return whether every byte of the ordered bundle is as its manifest says */
    boolean verify(PrintStream out) {
        var spec = new AcceptedOrders(directory.state())
                .current()
                .spec()
                .orElseThrow(() -> offline("this host was never told which bundle to run"));
        var identity = new IdentityStore(directory.identity()).load();
        var store = new ArtifactStore(
                RunCommand.RELEASES, directory.manifests(), identity.releaseKeys(), new NoSource(), RunCommand.fit());
        var drift = BundleUnpacker.verifyInstalled(
                store.verified(spec.bundle(), spec.manifest()), store.release(spec.bundle()));
        drift.forEach(out::println);
        out.println(spec.bundle() + (drift.isEmpty() ? ": intact" : ": " + drift.size() + " differences"));
        return drift.isEmpty();
    }

    private static io.keelson.problem.ProblemException offline(String what) {
        return Problem.error(
                        ProblemCode.BUNDLE_NOT_FOUND,
                        what,
                        Remedy.advise("Let the agent fetch it first.", "keelson-agent status"))
                .asException();
    }

    /** Verification asks nobody. */
    private static final class NoSource implements ReleaseSource {
        @Override
        public SignedManifest manifest(BundleName bundle) {
            throw offline("the manifest of bundle " + bundle + " is not on this host");
        }

        @Override
        public BlobSource blobs() {
            return (blob, offset) -> {
                throw new java.io.IOException("nothing is fetched while verifying");
            };
        }
    }
}
