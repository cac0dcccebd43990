package io.keelson.trust.bundle;

import static io.keelson.problem.ProblemCode.BUNDLE_AGENT_TOO_OLD;
import static io.keelson.problem.ProblemCode.BUNDLE_CORRUPT;
import static io.keelson.problem.ProblemCode.BUNDLE_MANIFEST_INVALID;
import static io.keelson.problem.ProblemCode.BUNDLE_WRONG_ARCHITECTURE;

import io.keelson.problem.ProblemCode;
import io.keelson.release.Digest;
import java.util.ArrayList;
import java.util.List;

/** Signed manifests whose fields are not what they have to be. */
final class HostileFields {
    private static final List<String> FIELDS = List.of(
            "_type",
            "addons",
            "allowedFrom",
            "architecture",
            "components",
            "configs",
            "files",
            "formatVersion",
            "images",
            "kubernetes",
            "minimumAgent",
            "name",
            "os",
            "support",
            "totalSize",
            "versions");
    private static final String EXECUTABLE = "\"mode\":\"0755\"";

    private final List<HostileBundle> made = new ArrayList<>();

    private HostileFields() {}

    static List<HostileBundle> all() {
        var all = new HostileFields();
        for (var field : FIELDS) {
            all.invalid("field " + field + " twice", "{\"_type\"", "{\"" + field + "\":0,\"_type\"");
            all.invalid("field " + field + " missing", "\"" + field + "\":", "\"x" + field + "\":");
            all.invalid("field " + field + " null", "\"" + field + "\":", "\"" + field + "\":null,\"y\":");
        }
        all.invalid("unknown field", "{\"_type\"", "{\"evil\":1,\"_type\"");
        all.invalid("another _type", "\"bundle\"", "\"timestamp\"");
        all.invalid("a later format", "\"formatVersion\":1", "\"formatVersion\":2");
        all.kinds();
        all.extremes();
        all.references();
        all.modesAndTypes();
        all.sizes();
        all.fit();
        return all.made;
    }

    /** Values of another kind than the field's. */
    private void kinds() {
        invalid("a size that is a fraction", "\"size\":6000", "\"size\":6000.0");
        invalid("a size beyond every number", "\"size\":6000", "\"size\":99999999999999999999999");
        invalid("a size of minus zero", "\"totalSize\":8000", "\"totalSize\":-0");
        invalid("a minor that is a number", "\"allowedFrom\":[", "\"allowedFrom\":[1,");
        invalid("a minor that is none", "\"allowedFrom\":[", "\"allowedFrom\":[\"x\",");
        invalid("a version that is a number", "\"versions\":{", "\"versions\":{\"a\":1,");
        invalid("a file that is a text", "\"files\":[", "\"files\":[\"a\",");
        invalid("an add-on that is a list", "\"addons\":[", "\"addons\":[[],");
        invalid("a blob that is true", "\"blob\":{\"encoding\":\"zstd\"", "\"blob\":true,\"x\":{\"encoding\":\"zstd\"");
        invalid("a configuration with NUL", "\"configs\":{", "\"configs\":{\"a\":\"\\u0000\"");
        invalid("a configuration with a wrong placeholder", "\"configs\":{", "\"configs\":{\"a\":\"${EVIL}\"");
        invalid("an add-on with NUL", "\"addons\":[", "\"addons\":[{\"manifest\":\"\\u0000\",\"name\":\"a\"}");
        invalid("total beyond a tebibyte", "\"totalSize\":8000", "\"totalSize\":1099511627777");
    }

    /** Sizes that fit together, each of them out of range. */
    private void extremes() {
        invalid("a blob of a negative size", "\"size\":" + HostileBundles.PACKED.length, "\"size\":-1");
        invalid("a blob beyond a tebibyte", "\"size\":" + HostileBundles.PACKED.length, "\"size\":1099511627777");
        var beyond = HostileBundles.manifest()
                .replace("\"size\":6000", "\"size\":1099511627776")
                .replace("\"totalSize\":8000", "\"totalSize\":1099511629776");
        made.add(HostileBundles.released(
                "files of more than a tebibyte", beyond, HostileBundles.blobs(), BUNDLE_MANIFEST_INVALID));
        var manifest = HostileBundles.manifest();
        var files = manifest.substring(manifest.indexOf("\"files\":["), manifest.indexOf(",\"formatVersion\""));
        var nothing = manifest.replace(files, "\"files\":[]").replace("\"totalSize\":8000", "\"totalSize\":-0");
        made.add(HostileBundles.released(
                "minus zero bytes in all", nothing, HostileBundles.blobs(), BUNDLE_MANIFEST_INVALID));
    }

    /** Names of things that are not there, or are there twice. */
    private void references() {
        var flagless = "\"components\":{\"kubelet\":{\"binary\":\"BINARY\",\"flags\":[]}";
        invalid("component without its binary", "\"components\":{", flagless.replace("BINARY", "bin/missing"));
        invalid("component whose binary is a directory", "\"components\":{", flagless.replace("BINARY", "bin"));
        invalid("component that is not executable", "\"components\":{", flagless.replace("BINARY", "images/pause.tar"));
        var image = "{\"path\":\"images/pause.tar\",\"reference\":\"keelson.local/pause:1\",\"role\":\"pause\"}";
        invalid("image twice", "\"images\":[]", "\"images\":[" + image + "," + image + "]");
        invalid("image that is no file", "\"images\":[]", "\"images\":[" + image.replace("pause.tar", "no.tar") + "]");
        var addon = "{\"manifest\":\"kind: List\",\"name\":\"a\"}";
        invalid("add-on twice", "\"addons\":[]", "\"addons\":[" + addon + "," + addon + "]");
        var blob = "{\"encoding\":\"zstd\",\"sha256\":\""
                + Digest.of(HostileBundles.PACKED).hex() + "\",\"size\":" + HostileBundles.PACKED.length + "}";
        var other = "{\"blob\":" + blob + ",\"mode\":\"0644\",\"path\":\"another\",\"sha256\":\"" + "0".repeat(64)
                + "\",\"size\":0,\"type\":\"file\"},";
        invalid("one blob said to be two files", "\"files\":[", "\"files\":[" + other);
    }

    private void modesAndTypes() {
        for (var mode : List.of("4755", "2755", "6755", "1777", "0777", "0666", "0000", "755", "00755", "0o755", "")) {
            invalid("mode " + mode, EXECUTABLE, "\"mode\":\"" + mode + "\"");
        }
        invalid("mode as a number", EXECUTABLE, "\"mode\":493");
        for (var type : List.of("hardlink", "device", "char", "block", "fifo", "socket", "whiteout", "FILE", "")) {
            invalid("entry of type " + type, "\"type\":\"file\"", "\"type\":\"" + type + "\"");
        }
        for (var extra : List.of("xattrs", "capabilities", "uid", "gid", "owner", "sparse", "target", "mtime")) {
            invalid("entry with " + extra, EXECUTABLE, EXECUTABLE + ",\"" + extra + "\":\"x\"");
        }
        for (var encoding : List.of("gzip", "xz", "ZSTD", "none")) {
            invalid("encoding " + encoding, "\"encoding\":\"zstd\"", "\"encoding\":\"" + encoding + "\"");
        }
        invalid("packed blob said to be plain", "\"encoding\":\"zstd\"", "\"encoding\":\"identity\"");
        invalid("digest in capitals", "\"sha256\":\"", "\"sha256\":\"A");
        var million = "{\"path\":\"a\",\"target\":\"b\",\"type\":\"symlink\"},".repeat(60_000);
        invalid("entries above their cap", "\"files\":[", "\"files\":[" + million);
    }

    private void sizes() {
        var size = "\"size\":" + HostileBundles.KUBELET.length;
        for (var other : List.of(
                "-1",
                "-0",
                "1.0",
                "1e3",
                "0x10",
                "01",
                "\"6000\"",
                "9223372036854775808",
                "9223372036854775807",
                "1099511627777",
                "NaN",
                "6001",
                "0")) {
            invalid("size " + other, size, "\"size\":" + other);
        }
        var total = "\"totalSize\":" + (HostileBundles.KUBELET.length + HostileBundles.PAUSE.length);
        for (var other : List.of("0", "-1", "8001", "9223372036854775807")) {
            invalid("total " + other, total, "\"totalSize\":" + other);
        }
    }

    private void fit() {
        refused("for another architecture", "\"amd64\"", "\"arm64\"", BUNDLE_WRONG_ARCHITECTURE);
        refused("for another system", "\"os\":\"linux\"", "\"os\":\"windows\"", BUNDLE_WRONG_ARCHITECTURE);
        for (var agent : List.of("0.2.0", "1.0.0", "999999999.0.0", "0.1.1")) {
            refused("for agent " + agent, "\"0.1.0\"", "\"" + agent + "\"", BUNDLE_AGENT_TOO_OLD);
        }
        for (var agent : List.of("latest", "0.x", "9999999999", "1..2", "0.1.0.0", "")) {
            invalid("for an agent that is none: " + agent, "\"0.1.0\"", "\"" + agent + "\"");
        }
        for (var name : List.of("../evil", "", ".", "a/b", "UPPER", "a b", "x".repeat(300))) {
            invalid("bundle named " + name.length() + " " + name, "kubernetes-1.31.4-1", name);
        }
        refused("another bundle's manifest", "kubernetes-1.31.4-1", "kubernetes-1.31.5-1", BUNDLE_CORRUPT);
        invalid("dates out of order", "\"endOfLife\":\"2028", "\"endOfLife\":\"2020");
        invalid("a date that is none", "\"endOfLife\":\"2028-12-28", "\"endOfLife\":\"2028-02-30");
    }

    private void invalid(String name, String piece, String other) {
        refused(name, piece, other, BUNDLE_MANIFEST_INVALID);
    }

    private void refused(String name, String piece, String other, ProblemCode code) {
        made.add(HostileBundles.with(name, piece, other, code));
    }
}
