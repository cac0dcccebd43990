package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.TufRefusal;
import io.keelson.trust.tuf.metadata.Root;
import java.util.Arrays;

/**
 * The roots of a repository, judged by one that came over another, trusted way: whoever can only write to the files
 * cannot put in a root of his own without it being seen.
 */
public final class RootChain {
    private RootChain() {}

    /**
     * The latest root, if the trusted one is among the files and each later one is signed by enough keys of the one
     * before it and by enough of its own.
     *
     * @throws io.keelson.problem.ProblemException {@code TRUST_ROOT_DIFFERS} if the trusted one is not among them, {@code
     *     TRUST_FILE_MISSING} if a version is missing, {@code TRUST_ROOT_CHAIN_BROKEN}, {@code TRUST_THRESHOLD_NOT_MET}
     */
    public static Root verify(RepositoryFiles files, Draft trusted) {
        var root = Published.root(trusted.document());
        requireSignedBy(root, trusted);
        var same = files.find(RoleName.ROOT, root.version()).map(bytes -> Draft.read(RoleName.ROOT, bytes));
        if (same.isEmpty()
                || !Arrays.equals(
                        same.get().document().canonical(), trusted.document().canonical())) {
            throw TufRefusal.rootDiffers(files.toString());
        }
        long latest = files.latest().getOrDefault(RoleName.ROOT.name(), 0L);
        while (root.version() < latest) {
            long wanted = root.version() + 1;
            var next = files.find(RoleName.ROOT, wanted)
                    .map(bytes -> Draft.read(RoleName.ROOT, bytes))
                    .orElseThrow(() -> TufRefusal.missing(RoleName.ROOT.fileName(wanted)));
            var metadata = Published.root(next.document());
            requireSignedBy(root, next);
            requireSignedBy(metadata, next);
            if (metadata.version() != wanted) {
                throw TufRefusal.rootChain(metadata.version(), wanted);
            }
            root = metadata;
        }
        return root;
    }

    private static void requireSignedBy(Root authority, Draft root) {
        new Published.Authority(authority.keys(), authority.keysOf(RoleName.ROOT)).require(root);
    }
}
