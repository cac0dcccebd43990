package io.keelson.cli.release.os;

import io.keelson.cli.release.Source;
import io.keelson.problem.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Packages of rpm: rpm reads them and says whether they are closed, createrepo_c makes the index that a host's dnf needs. */
record RpmPackaging(Tools tools) implements Packaging {
    private static final String FIELDS = "%{NAME}\\t%{EPOCHNUM}\\t%{VERSION}-%{RELEASE}\\t%{ARCH}\\t%{LONGSIZE}\\n";
    private static final String CONTENT = "[%{LONGFILESIZES}\\t%{FILENAMES}\\n]";

    @Override
    public PackageFile read(Path file, Source source) {
        var fields = query(file, FIELDS).strip().split("\t", -1);
        var version = (fields[1].equals("0") ? "" : fields[1] + ":") + fields[2];
        long size = Long.parseLong(fields[4]);
        long boot = query(file, CONTENT)
                .lines()
                .map(line -> line.split("\t", 2))
                .filter(words -> words.length == 2 && words[1].startsWith("/boot/"))
                .mapToLong(words -> Long.parseLong(words[0]))
                .sum();
        return new PackageFile(file, source, fields[0], version, fields[3], size, Math.min(size, boot));
    }

    private String query(Path file, String format) {
        return tools.output(
                List.of("rpm", "--query", "--package", "--nosignature", "--queryformat", format, file.toString()),
                ProblemCode.RELEASE_DESCRIPTION_INVALID,
                file + " is not a package");
    }

    @Override
    public List<Source.Remote> resolve(LevelDescription level, LevelDescription.Resolve wanted, Path work) {
        return new DnfResolution(tools).resolve(level, wanted, work);
    }

    /** By a test of rpm, whose database is a copy of the base. */
    @Override
    public void requireClosed(LevelDescription level, List<PackageFile> packages, Path work) {
        var database = work.resolve("rpm");
        copyBase(level, database);
        var command = new ArrayList<>(List.of(
                "rpm",
                "--upgrade",
                "--test",
                "--nosignature",
                "--ignorearch",
                "--ignoreos",
                "--oldpackage",
                "--replacepkgs",
                "--define",
                "_dbpath " + database));
        packages.forEach(each -> command.add(each.file().toAbsolutePath().toString()));
        var unused = tools.output(
                command,
                ProblemCode.RELEASE_PACKAGES_INCOMPLETE,
                "the packages of " + level.name() + " cannot be installed with nothing else"
                        + (level.base().isPresent() ? " on a host with that base" : ""));
    }

    /** A package database of a level's base, or an empty directory if it has none. */
    static void copyBase(LevelDescription level, Path database) {
        try {
            Files.createDirectories(database);
            if (level.base().isPresent()) {
                try (var files = Files.list(level.base().get())) {
                    for (var each : files.filter(Files::isRegularFile).toList()) {
                        Files.copy(each, database.resolve(each.getFileName()));
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the base of " + level.name(), e);
        }
    }

    @Override
    public List<Path> index(Path packages) {
        var unused = tools.output(
                List.of(
                        "createrepo_c",
                        "--revision=1",
                        "--set-timestamp-to-revision",
                        "--simple-md-filenames",
                        "--no-database",
                        packages.toString()),
                ProblemCode.RELEASE_DESCRIPTION_INVALID,
                "no index can be made of the packages");
        try (var files = Files.list(packages.resolve("repodata"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + packages, e);
        }
    }
}
