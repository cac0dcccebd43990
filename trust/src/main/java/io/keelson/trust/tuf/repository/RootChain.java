package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Root;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The way that a client goes from one root to the latest (TUF 1.0 section 5.3). */
public final class RootChain {
    private RootChain() {}

    /** See {@link TufRepository#roots()}. */
    static List<Draft> of(RepositoryFiles files) {
        long latest = latest(files);
        var first = draft(files, 1);
        var root = Published.root(first.document());
        requireVersion(root, 1);
        requireSigned(first, root);
        var chain = new ArrayList<>(List.of(first));
        while (root.version() < latest) {
            var next = draft(files, root.version() + 1);
            root = follow(root, next);
            chain.add(next);
        }
        return List.copyOf(chain);
    }

    /**
     * The latest root, judged by one that came over another, trusted way: if that is among the files and each later one
     * is signed by enough keys of the one before it and by enough of its own. Whoever can only write to the files cannot
     * put in a root of his own without it being seen.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_ROOT_DIFFERS} if the trusted one is not among them, {@code
     *     TRUST_FILE_MISSING} if a version is missing, {@code TRUST_ROOT_CHAIN_BROKEN}, {@code TRUST_THRESHOLD_NOT_MET}
     */
    public static Root verify(RepositoryFiles files, Draft trusted) {
        var root = Published.root(trusted.document());
        requireSigned(trusted, root);
        var same = files.find(RoleName.ROOT, root.version()).map(bytes -> Draft.read(RoleName.ROOT, bytes));
        if (same.isEmpty()
                || !Arrays.equals(
                        same.get().document().canonical(), trusted.document().canonical())) {
            throw TufRefusal.rootDiffers(files.toString());
        }
        long latest = latest(files);
        while (root.version() < latest) {
            root = follow(root, draft(files, root.version() + 1));
        }
        return root;
    }

    private static long latest(RepositoryFiles files) {
        return files.latest().getOrDefault(RoleName.ROOT.name(), 0L);
    }

    private static Root follow(Root before, Draft next) {
        var root = Published.root(next.document());
        requireVersion(root, before.version() + 1);
        requireSigned(next, before);
        requireSigned(next, root);
        return root;
    }

    private static Draft draft(RepositoryFiles files, long version) {
        return files.find(RoleName.ROOT, version)
                .map(bytes -> Draft.read(RoleName.ROOT, bytes))
                .orElseThrow(() -> TufRefusal.missing(RoleName.ROOT.fileName(version)));
    }

    private static void requireVersion(Root root, long wanted) {
        if (root.version() != wanted) {
            throw TufRefusal.rootChain(root.version(), wanted);
        }
    }

    private static void requireSigned(Draft draft, Root by) {
        Published.Authority.of(by, RoleName.ROOT).require(draft);
    }
}
