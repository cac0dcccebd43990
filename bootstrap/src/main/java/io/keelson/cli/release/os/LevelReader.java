package io.keelson.cli.release.os;

import io.keelson.cli.release.os.LevelDescription.Resolve;
import io.keelson.cli.release.yaml.Complaints;
import io.keelson.cli.release.yaml.Fields;
import io.keelson.release.BundleName;
import io.keelson.release.Manifest.Support;
import io.keelson.release.OsRelease;
import io.keelson.release.PackageFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code kind: OsLevel}. Everything that is wrong is reported together, with its line. */
public final class LevelReader {
    /** The kind, as descriptions name it. */
    public static final String KIND = "OsLevel";

    private static final String PACKAGE = "[A-Za-z0-9][A-Za-z0-9+._-]*";

    /** What goes on with its old version, or holds what everything else has loaded. */
    private static final List<String> REBOOT_DEB = List.of(
            "linux-image-*", "libc6", "systemd", "udev", "dbus", "intel-microcode", "amd64-microcode", "firmware-*");

    private static final List<String> REBOOT_RPM = List.of(
            "kernel",
            "kernel-core",
            "kernel-rt*",
            "glibc",
            "systemd",
            "systemd-udev",
            "dbus-broker",
            "dbus-daemon",
            "linux-firmware",
            "microcode_ctl");

    /** By which rpm knows one, in the order of its backends: sqlite, ndb, Berkeley DB. */
    private static final List<String> DATABASES = List.of("rpmdb.sqlite", "Packages.db", "Packages");

    private final Path file;

    private LevelReader(Path file) {
        this.file = file;
    }

    /** The description that a document's fields mean; empty after a complaint. */
    public static Optional<LevelDescription> read(Path file, Fields root, Complaints complaints) {
        var api = root.text("apiVersion");
        if (!api.equals("keelson.io/v1alpha1")) {
            root.refuse("apiVersion", "is '" + api + "'", "Write apiVersion: keelson.io/v1alpha1.");
        }
        var unused = root.text("kind");
        var metadata = root.mapping("metadata");
        var name = metadata.value("name", BundleName::new);
        metadata.end();
        var spec = root.mapping("spec");
        var description = name.flatMap(found -> new LevelReader(file).spec(found, spec));
        spec.end();
        root.end();
        complaints.throwIfAny();
        return description;
    }

    private Optional<LevelDescription> spec(BundleName name, Fields spec) {
        var release = release(spec);
        var format = spec.value("format", LevelReader::format);
        var architecture = spec.value("architecture", text -> matching(text, "amd64|arm64", "amd64 or arm64"));
        var agent = spec.value("minimumAgent", text -> matching(text, "\\d+\\.\\d+\\.\\d+", "0.1.0"));
        var support = support(spec);
        var required = names(spec, "required");
        var reboot = spec.texts("reboot");
        var files = spec.texts("files").stream()
                .map(text -> existing(spec, "files", text))
                .toList();
        var base = spec.optionalText("base").map(text -> existing(spec, "base", text));
        var sources = spec.optionalText("sources").map(text -> existing(spec, "sources", text));
        var packages = names(spec, "packages");
        if (files.isEmpty() && sources.isEmpty()) {
            spec.refuse("files", "or sources is needed", "Name package files, or a list of repositories.");
        }
        if (sources.isPresent() && base.isEmpty()) {
            spec.refuse(
                    "sources",
                    "needs base",
                    "Name a copy of a host's /var/lib/dpkg/status, or of its directory /var/lib/rpm.");
        }
        if (base.isPresent() && format.isPresent() && !isDatabase(base.get(), format.get())) {
            spec.refuse(
                    "base",
                    base.get() + " is no package database of that format",
                    "Name a copy of a host's file /var/lib/dpkg/status, or of its directory /var/lib/rpm.");
        }
        if (sources.isEmpty() && !packages.isEmpty()) {
            spec.refuse("packages", "needs sources", "Name a list of repositories in sources.");
        }
        if (release.isEmpty() || format.isEmpty() || architecture.isEmpty() || agent.isEmpty() || support.isEmpty()) {
            return Optional.empty();
        }
        var defaults = format.get() == PackageFormat.DEB ? REBOOT_DEB : REBOOT_RPM;
        return Optional.of(new LevelDescription(
                file,
                name,
                release.get(),
                format.get(),
                architecture.get(),
                agent.get(),
                support.get(),
                required,
                reboot.isEmpty() ? defaults : reboot,
                files,
                base,
                sources.map(found -> new Resolve(found, packages))));
    }

    /** What is none is taken by rpm for an empty one. */
    private static boolean isDatabase(Path base, PackageFormat format) {
        return switch (format) {
            case DEB -> Files.isRegularFile(base);
            case RPM -> DATABASES.stream().anyMatch(file -> Files.isRegularFile(base.resolve(file)));
        };
    }

    private static Optional<OsRelease> release(Fields spec) {
        var fields = spec.mapping("release");
        var id = fields.text("id");
        var release =
                id.isEmpty() ? Optional.<OsRelease>empty() : fields.value("version", text -> new OsRelease(id, text));
        fields.end();
        return release;
    }

    private static PackageFormat format(String text) {
        return switch (text) {
            case "deb" -> PackageFormat.DEB;
            case "rpm" -> PackageFormat.RPM;
            default -> throw new IllegalArgumentException("must be deb or rpm, not '" + text + "'");
        };
    }

    private static List<String> names(Fields spec, String field) {
        var names = new ArrayList<String>();
        for (var name : spec.texts(field)) {
            if (name.matches(PACKAGE)) {
                names.add(name);
            } else {
                spec.refuse(field, "lists '" + name + "'", "Write names of packages.");
            }
        }
        return names;
    }

    private Path existing(Fields spec, String field, String text) {
        var found = file.resolveSibling(text).normalize();
        if (!Files.exists(found)) {
            spec.refuse(field, found + " is not there", "Paths are relative to the description.");
        }
        return found;
    }

    private static String matching(String text, String pattern, String example) {
        if (!text.matches(pattern)) {
            throw new IllegalArgumentException("'" + text + "' is not of the form " + example);
        }
        return text;
    }

    private static Optional<Support> support(Fields spec) {
        var fields = spec.mapping("support");
        var released = fields.value("released", LevelReader::date);
        var standard = fields.value("standardUntil", LevelReader::date);
        var end = fields.value("endOfLife", LevelReader::date);
        fields.end();
        if (released.isEmpty() || standard.isEmpty() || end.isEmpty()) {
            return Optional.empty();
        }
        if (released.get().isAfter(standard.get()) || standard.get().isAfter(end.get())) {
            fields.refuse(
                    "released", "and the other dates are not in order", "Order: released, standardUntil, endOfLife.");
        }
        return Optional.of(new Support(released.get(), standard.get(), end.get()));
    }

    private static LocalDate date(String text) {
        try {
            return LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is not a date such as 2026-11-01", e);
        }
    }
}
