package io.keelson.trust;

import com.fasterxml.jackson.core.JsonGenerator;
import io.keelson.release.BundleFile;
import io.keelson.release.BundleManifest;
import io.keelson.release.BundleManifest.Component;
import io.keelson.release.Manifest;
import io.keelson.release.Manifest.Support;
import io.keelson.release.OsManifest;
import io.keelson.trust.json.JsonText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** From a manifest to JSON; names in alphabetical order at every level. */
final class ManifestWriter {
    private final JsonGenerator json;

    private ManifestWriter(JsonGenerator json) {
        this.json = json;
    }

    static byte[] write(Manifest manifest, List<BundleFile> files) {
        return JsonText.write(json -> {
            var writer = new ManifestWriter(json);
            switch (manifest) {
                case BundleManifest release -> writer.release(release, files);
                case OsManifest level -> writer.level(level, files);
            }
        });
    }

    /** What writes one element. */
    @FunctionalInterface
    private interface Element<T> {
        void write(T element) throws IOException;
    }

    private void release(BundleManifest manifest, List<BundleFile> files) throws IOException {
        json.writeStartObject();
        json.writeStringField("_type", ManifestCodec.TYPE);
        array("addons", manifest.addons(), addon -> {
            json.writeStringField("manifest", addon.manifest().text());
            json.writeStringField("name", addon.name());
        });
        json.writeArrayFieldStart("allowedFrom");
        for (var minor : manifest.allowedFrom()) {
            json.writeString(minor);
        }
        json.writeEndArray();
        json.writeStringField("architecture", manifest.architecture());
        map("components", manifest.components(), this::component);
        map("configs", manifest.configs(), template -> json.writeString(template.text()));
        array("files", files, this::file);
        json.writeNumberField("formatVersion", ManifestCodec.FORMAT_VERSION);
        array("images", manifest.images(), image -> {
            json.writeStringField("path", image.path());
            json.writeStringField("reference", image.reference());
            json.writeStringField("role", image.role());
        });
        json.writeStringField("kubernetes", manifest.kubernetes().toString());
        json.writeStringField("minimumAgent", manifest.minimumAgent());
        json.writeStringField("name", manifest.name().value());
        json.writeStringField("os", manifest.os());
        support(manifest.support());
        json.writeNumberField("totalSize", manifest.totalSize());
        map("versions", manifest.versions(), json::writeString);
        json.writeEndObject();
    }

    private void level(OsManifest manifest, List<BundleFile> files) throws IOException {
        json.writeStartObject();
        json.writeStringField("_type", ManifestCodec.OS_TYPE);
        json.writeStringField("architecture", manifest.architecture());
        array("files", files, this::file);
        json.writeStringField("format", manifest.format().suffix());
        json.writeNumberField("formatVersion", ManifestCodec.FORMAT_VERSION);
        json.writeStringField("minimumAgent", manifest.minimumAgent());
        json.writeStringField("name", manifest.name().value());
        json.writeStringField("os", manifest.os());
        array("packages", manifest.packages(), each -> {
            json.writeStringField("architecture", each.architecture());
            json.writeNumberField("bootSize", each.bootSize());
            json.writeNumberField("installedSize", each.installedSize());
            json.writeStringField("name", each.name());
            json.writeStringField("path", each.path());
            json.writeBooleanField("reboot", each.reboot());
            json.writeBooleanField("required", each.required());
            json.writeStringField("version", each.version());
        });
        json.writeObjectFieldStart("release");
        json.writeStringField("id", manifest.release().id());
        json.writeStringField("version", manifest.release().version());
        json.writeEndObject();
        support(manifest.support());
        json.writeNumberField("totalSize", manifest.totalSize());
        json.writeEndObject();
    }

    private void support(Support support) throws IOException {
        json.writeObjectFieldStart("support");
        json.writeStringField("endOfLife", support.endOfLife().toString());
        json.writeStringField("released", support.released().toString());
        json.writeStringField("standardUntil", support.standardUntil().toString());
        json.writeEndObject();
    }

    private void component(Component component) throws IOException {
        json.writeStartObject();
        json.writeStringField("binary", component.binary());
        array("flags", component.flags(), flag -> {
            json.writeStringField("name", flag.name());
            if (flag.value().isPresent()) {
                json.writeStringField("value", flag.value().get().text());
            }
        });
        json.writeEndObject();
    }

    private void file(BundleFile file) throws IOException {
        switch (file) {
            case BundleFile.Directory(var path) -> {
                json.writeStringField("path", path);
                json.writeStringField("type", "directory");
            }
            case BundleFile.Symlink(var path, var target) -> {
                json.writeStringField("path", path);
                json.writeStringField("target", target);
                json.writeStringField("type", "symlink");
            }
            case BundleFile.Regular(var path, var executable, var size, var digest, var blob) -> {
                json.writeObjectFieldStart("blob");
                json.writeStringField("encoding", blob.encoding().name().toLowerCase(Locale.ROOT));
                json.writeStringField("sha256", blob.digest().hex());
                json.writeNumberField("size", blob.size());
                json.writeEndObject();
                json.writeStringField("mode", executable ? "0755" : "0644");
                json.writeStringField("path", path);
                json.writeStringField("sha256", digest.hex());
                json.writeNumberField("size", size);
                json.writeStringField("type", "file");
            }
        }
    }

    private <T> void array(String name, List<T> elements, Element<T> fields) throws IOException {
        json.writeArrayFieldStart(name);
        for (var element : elements) {
            json.writeStartObject();
            fields.write(element);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private <T> void map(String name, Map<String, T> elements, Element<T> value) throws IOException {
        json.writeObjectFieldStart(name);
        for (var entry : new TreeMap<>(elements).entrySet()) {
            json.writeFieldName(entry.getKey());
            value.write(entry.getValue());
        }
        json.writeEndObject();
    }
}
