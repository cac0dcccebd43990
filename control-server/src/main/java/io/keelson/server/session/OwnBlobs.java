package io.keelson.server.session;

import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.server.content.BundleCatalog;
import io.keelson.server.desired.DesiredState;
import java.util.ArrayList;
import java.util.List;

/** Which blobs a host may have: those of the bundles that it is to have now, its node's and its operating system's. */
final class OwnBlobs {
    private OwnBlobs() {}

    /** A bundle that a host is to have. */
    record Meant(BundleName bundle, Digest manifest) {
        /** Those of a host that is to be that. */
        static List<Meant> of(DesiredState state) {
            var meant = new ArrayList<Meant>();
            state.node().ifPresent(node -> meant.add(new Meant(node.bundle(), node.manifest())));
            state.os().ifPresent(os -> meant.add(new Meant(os.level(), os.manifest())));
            return List.copyOf(meant);
        }
    }

    /**
     * The size of a blob, in bytes.
     *
     * @throws ProblemException IDENTITY_REJECTED if no bundle of the host's has it; BUNDLE_NOT_FOUND if that may be because one
     *     of them is not published any more
     */
    static long size(HostId host, List<Meant> meant, BundleCatalog bundles, Digest digest) {
        var gone = new ArrayList<BundleName>();
        for (var own : meant) {
            var bundle = bundles.get(own.bundle());
            if (bundle.isEmpty()) {
                gone.add(own.bundle());
                continue;
            }
            var blob = BundleCatalog.blobs(bundle.get().manifest()).get(digest);
            if (blob != null && bundle.get().digest().equals(own.manifest())) {
                return blob.size();
            }
        }
        throw gone.isEmpty() ? AgentEndpoint.notItsOwn(host, "blob " + digest.abbreviated()) : gone(gone.getFirst());
    }

    private static ProblemException gone(BundleName bundle) {
        return Problem.error(
                        ProblemCode.BUNDLE_NOT_FOUND,
                        "bundle " + bundle + " is not published at this server",
                        Remedy.advise("Publish the bundle again.", "keelson bundle publish"))
                .asException();
    }
}
