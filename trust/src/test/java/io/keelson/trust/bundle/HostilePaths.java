package io.keelson.trust.bundle;

import static io.keelson.problem.ProblemCode.BUNDLE_MANIFEST_INVALID;
import static io.keelson.problem.ProblemCode.BUNDLE_UNSAFE_PATH;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Signed manifests with entries that would land, or lead, where nothing of a bundle may be. */
final class HostilePaths {
    /** As they stand in JSON. */
    private static final List<String> PATHS = List.of(
            "../evil",
            "..",
            ".",
            "./a",
            "bin/../../evil",
            "bin/..",
            "bin/./x",
            "/etc/shadow",
            "/",
            "",
            "bin//x",
            "bin/",
            "a\\\\b",
            "..\\\\evil",
            "a\\u0000b",
            "a\\nb",
            "a\\rb",
            "a\\tb",
            "a\\u007fb",
            "a\\u0085b",
            "a\\u200bb",
            "a\\u202eb",
            "a\\u2028b",
            "a\\ufeffb",
            "e\\u0301",
            "\\ue000",
            "n".repeat(256),
            "\\u00e9".repeat(128),
            "d/".repeat(32) + "deep",
            "undeclared/x",
            "images/pause.tar/x");

    private static final List<String> TARGETS = List.of(
            "../../etc/shadow",
            "..",
            "../..",
            "/etc/shadow",
            "/",
            ".",
            "",
            "./kubelet",
            "bin/../bin/kubelet",
            "missing",
            "bin/missing",
            "bin\\\\kubelet",
            "bin/kubelet\\u0000",
            "zlink",
            "bin/kubelet/");

    private final List<HostileBundle> made = new ArrayList<>();

    private HostilePaths() {}

    static List<HostileBundle> all() {
        var all = new HostilePaths();
        for (var path : PATHS) {
            all.unsafe("directory " + path, directory(path));
            all.unsafe("link " + path, link(path, "kubelet"));
        }
        for (var target : TARGETS) {
            all.unsafe("link to " + target, link("zlink", target));
        }
        all.unsafe("file and directory of one name", directory("images/pause.tar"));
        all.unsafe("directory twice", directory("images"));
        all.unsafe("name that differs in case only", directory("images/PAUSE.tar"));
        all.unsafe("name that differs in case only beyond ASCII", directory("zss") + "," + directory("z\\u00df"));
        all.unsafe("entry inside a link", link("zlink", "bin") + "," + link("zlink/x", "../bin/kubelet"));
        all.unsafe("path of more than 1,024 bytes", nested("zname".repeat(40), 6));
        all.unsafe("path of more than 32 names", nested("z", 33));
        all.unsafe("links in a circle", link("za", "zb") + "," + link("zb", "za"));
        all.made.add(HostileBundles.released(
                "entries out of order",
                HostileBundles.manifest().replace("\"files\":[", "\"files\":[" + directory("zzz") + ","),
                Map.of(),
                BUNDLE_MANIFEST_INVALID));
        all.made.add(HostileBundles.with(
                "half a character in a path", "\"images\"", "\"images\\ud800\"", BUNDLE_MANIFEST_INVALID));
        return all.made;
    }

    /** Appends entries: what is wrong with a path is seen before its place. */
    private void unsafe(String name, String entries) {
        var manifest = HostileBundles.manifest();
        int end = manifest.indexOf("],\"formatVersion\"");
        if (end < 0) {
            throw new IllegalStateException("the good manifest's files do not end where they did");
        }
        var changed = manifest.substring(0, end) + "," + entries + manifest.substring(end);
        made.add(HostileBundles.released(name, changed, HostileBundles.blobs(), BUNDLE_UNSAFE_PATH));
    }

    /** Directories inside one another, each declared. */
    private static String nested(String name, int depth) {
        var entries = new ArrayList<String>();
        var path = name;
        for (int i = 0; i < depth; i++) {
            entries.add(directory(path));
            path = path + "/" + name;
        }
        return String.join(",", entries);
    }

    private static String directory(String path) {
        return "{\"path\":\"" + path + "\",\"type\":\"directory\"}";
    }

    private static String link(String path, String target) {
        return "{\"path\":\"" + path + "\",\"target\":\"" + target + "\",\"type\":\"symlink\"}";
    }
}
