package io.keelson.trust;

import io.keelson.release.OsManifest;
import io.keelson.release.OsPackage;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import io.keelson.trust.json.InvalidJson;
import io.keelson.trust.json.JsonObject;
import java.util.regex.Pattern;

/** From strict JSON to the manifest of a level, field by field; what fields mean together is for {@link OsManifestRules}. */
final class OsManifestReader {
    static final int MAXIMUM_PACKAGES = 10_000;

    private static final Pattern FORMAT = Pattern.compile("deb|rpm");
    // deb-control(5) and what rpmbuild takes: nothing that a shell, a package manager or a macro could read otherwise.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]{0,127}");
    private static final Pattern VERSION = Pattern.compile("([1-9]\\d{0,9}:)?[A-Za-z0-9][A-Za-z0-9.+~^_-]{0,127}");
    private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,31}");

    private OsManifestReader() {}

    static OsManifest read(JsonObject root) throws InvalidJson {
        root.requireType(ManifestCodec.OS_TYPE, ManifestCodec.FORMAT_VERSION);
        var manifest = new OsManifest(
                ManifestReader.name(root),
                root.object("release", OsManifestReader::release),
                root.text("format", FORMAT).equals("deb") ? PackageFormat.DEB : PackageFormat.RPM,
                root.text("os", ManifestReader.WORD),
                root.text("architecture", ManifestReader.WORD),
                root.text("minimumAgent", ManifestReader.AGENT),
                root.object("support", ManifestReader::support),
                root.integer("totalSize"),
                root.list("files", ManifestReader.MAXIMUM_FILES, ManifestReader::file),
                root.list("packages", MAXIMUM_PACKAGES, OsManifestReader::osPackage));
        root.end();
        return manifest;
    }

    private static OsRelease release(JsonObject object) throws InvalidJson {
        var id = object.text("id");
        var version = object.text("version");
        object.end();
        try {
            return new OsRelease(id, version);
        } catch (IllegalArgumentException e) {
            throw new InvalidJson(object.at() + " is no release of an operating system", e);
        }
    }

    private static OsPackage osPackage(JsonObject object) throws InvalidJson {
        var found = new OsPackage(
                object.text("name", NAME),
                object.text("version", VERSION),
                object.text("architecture", ARCHITECTURE),
                object.text("path"),
                ManifestReader.size(object, "installedSize"),
                ManifestReader.size(object, "bootSize"),
                object.truth("required"),
                object.truth("reboot"));
        object.end();
        return found;
    }
}
