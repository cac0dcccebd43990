package io.keelson.trust;

import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Addon;
import io.keelson.release.BundleManifest.Component;
import io.keelson.release.BundleManifest.Flag;
import io.keelson.release.BundleManifest.Image;
import io.keelson.release.BundleName;
import io.keelson.release.Digest;
import io.keelson.release.KubernetesVersion;
import io.keelson.release.Manifest.Support;
import io.keelson.release.Template;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonObject;
import io.keelson.trust.json.Quoted;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** From strict JSON to the manifest of a release of Kubernetes, field by field; what fields mean together is for {@link ManifestRules}. */
final class ManifestReader {
    static final int MAXIMUM_FILES = 50_000;
    private static final int MAXIMUM_FLAGS = 512;
    private static final int MAXIMUM_ENTRIES = 256;
    static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern VERSION = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+~_-]{0,63}");
    static final Pattern AGENT = Pattern.compile("\\d{1,9}(\\.\\d{1,9}){0,2}([-+][0-9A-Za-z.+~_-]{1,63})?");
    private static final Pattern MINOR = Pattern.compile("(0|[1-9]\\d{0,2})\\.(0|[1-9]\\d{0,2})");
    private static final Pattern KUBERNETES = Pattern.compile(MINOR.pattern() + "\\.(0|[1-9]\\d{0,2})");
    private static final Pattern FLAG = Pattern.compile("-{0,2}[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern ONE_LINE = Pattern.compile("[^\\p{Cntrl}]*");
    private static final Pattern ANYTHING = Pattern.compile("(?s).*");
    private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MODE = Pattern.compile("0644|0755");
    private static final Pattern ENCODING = Pattern.compile("identity|zstd");
    private static final Pattern ROLE = Pattern.compile("pause|addon");
    private static final Pattern REFERENCE = Pattern.compile("[a-z0-9][A-Za-z0-9._/:@-]{0,254}");

    private ManifestReader() {}

    static BundleManifest read(JsonObject root) throws InvalidJson {
        root.requireType(ManifestCodec.TYPE, ManifestCodec.FORMAT_VERSION);
        var manifest = new BundleManifest(
                name(root),
                KubernetesVersion.parse(root.text("kubernetes", KUBERNETES)),
                root.textsByName("versions", MAXIMUM_ENTRIES, NAME, VERSION),
                root.text("os", WORD),
                root.text("architecture", WORD),
                root.text("minimumAgent", AGENT),
                root.texts("allowedFrom", MAXIMUM_ENTRIES, MINOR),
                root.object("support", ManifestReader::support),
                root.integer("totalSize"),
                root.list("files", MAXIMUM_FILES, ManifestReader::file),
                root.map("components", MAXIMUM_ENTRIES, NAME, ManifestReader::component),
                configs(root),
                root.list("images", MAXIMUM_ENTRIES, ManifestReader::image),
                root.list("addons", MAXIMUM_ENTRIES, ManifestReader::addon));
        root.end();
        return manifest;
    }

    static Support support(JsonObject object) throws InvalidJson {
        var support = new Support(date(object, "released"), date(object, "standardUntil"), date(object, "endOfLife"));
        object.end();
        return support;
    }

    private static LocalDate date(JsonObject object, String field) throws InvalidJson {
        try {
            return LocalDate.parse(object.text(field, DATE));
        } catch (DateTimeException e) {
            throw new InvalidJson(object.at() + "." + field + " is not a date", e);
        }
    }

    static BundleFile file(JsonObject object) throws InvalidJson {
        var path = object.text("path");
        var type = object.text("type");
        var file = switch (type) {
            case "directory" -> new BundleFile.Directory(path);
            case "symlink" -> new BundleFile.Symlink(path, object.text("target"));
            case "file" ->
                new BundleFile.Regular(
                        path,
                        object.text("mode", MODE).equals("0755"),
                        size(object),
                        new Digest(object.text("sha256", SHA256)),
                        object.object("blob", ManifestReader::blob));
            default -> throw new InvalidJson(object.at() + ".type is " + Quoted.text(type));
        };
        object.end();
        return file;
    }

    private static BundleFile.Blob blob(JsonObject object) throws InvalidJson {
        var encoding = object.text("encoding", ENCODING).equals("zstd")
                ? BundleFile.Encoding.ZSTD
                : BundleFile.Encoding.IDENTITY;
        var blob = new BundleFile.Blob(new Digest(object.text("sha256", SHA256)), size(object), encoding);
        object.end();
        return blob;
    }

    private static long size(JsonObject object) throws InvalidJson {
        return size(object, "size");
    }

    static long size(JsonObject object, String field) throws InvalidJson {
        var size = object.integer(field);
        if (size < 0 || size > ManifestRules.MAXIMUM_TOTAL_BYTES) {
            throw new InvalidJson(object.at() + "." + field + " is out of range: " + size);
        }
        return size;
    }

    private static Component component(JsonObject object) throws InvalidJson {
        var component = new Component(object.text("binary"), object.list("flags", MAXIMUM_FLAGS, ManifestReader::flag));
        object.end();
        return component;
    }

    private static Flag flag(JsonObject object) throws InvalidJson {
        var name = object.text("name", FLAG);
        Optional<Template> value = object.has("value")
                ? Optional.of(template(object.at(), object.text("value", ONE_LINE)))
                : Optional.empty();
        object.end();
        return new Flag(name, value);
    }

    private static Map<String, Template> configs(JsonObject root) throws InvalidJson {
        var configs = new LinkedHashMap<String, Template>();
        for (var entry :
                root.textsByName("configs", MAXIMUM_ENTRIES, NAME, ANYTHING).entrySet()) {
            configs.put(entry.getKey(), template("$.configs." + entry.getKey(), entry.getValue()));
        }
        return configs;
    }

    private static Image image(JsonObject object) throws InvalidJson {
        var image = new Image(object.text("reference", REFERENCE), object.text("path"), object.text("role", ROLE));
        object.end();
        return image;
    }

    private static Addon addon(JsonObject object) throws InvalidJson {
        var addon = new Addon(object.text("name", NAME), template(object.at(), object.text("manifest")));
        object.end();
        return addon;
    }

    private static Template template(String at, String text) throws InvalidJson {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidJson(at + " contains NUL");
        }
        try {
            return new Template(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidJson(at + " is not a template: " + e.getMessage(), e);
        }
    }

    static BundleName name(JsonObject root) throws InvalidJson {
        var text = root.text("name");
        try {
            return new BundleName(text);
        } catch (IllegalArgumentException e) {
            throw new InvalidJson("$.name is not a bundle name: " + Quoted.text(text), e);
        }
    }
}
