package io.keelson.cli.release.os;

import io.keelson.cli.release.Source;
import io.keelson.problem.ProblemCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Debian's packages: dpkg-deb reads them, apt's solver says whether they are closed. */
record DebPackaging(Tools tools) implements Packaging {
    private static final String FIELDS = "${Package}\\t${Version}\\t${Architecture}\\t${Installed-Size}\\n";
    private static final long KIBIBYTE = 1_024;

    @Override
    public PackageFile read(Path file, Source source) {
        var fields = tools.output(
                        List.of("dpkg-deb", "--show", "--showformat=" + FIELDS, file.toString()),
                        ProblemCode.RELEASE_DESCRIPTION_INVALID,
                        file + " is not a package")
                .strip()
                .split("\t", -1);
        long size = fields.length > 3 && !fields[3].isEmpty() ? Long.parseLong(fields[3]) * KIBIBYTE : 0;
        return new PackageFile(file, source, fields[0], fields[1], fields[2], size, Math.min(size, bootSize(file)));
    }

    /** As tar lists it: mode, owner, size, date, time, name. */
    private long bootSize(Path file) {
        return tools.output(
                        List.of("dpkg-deb", "--contents", file.toString()),
                        ProblemCode.RELEASE_DESCRIPTION_INVALID,
                        file + " is not a package")
                .lines()
                .map(line -> line.split("\\s+", 6))
                .filter(words -> words.length == 6 && words[5].startsWith("./boot/") && words[0].startsWith("-"))
                .mapToLong(words -> Long.parseLong(words[2]))
                .sum();
    }

    @Override
    public List<Source.Remote> resolve(LevelDescription level, LevelDescription.Resolve wanted, Path work) {
        return new AptResolution(tools).resolve(level, wanted, work);
    }

    /** By a simulation of apt, whose only source are the packages and whose host has the base. */
    @Override
    public void requireClosed(LevelDescription level, List<PackageFile> packages, Path work) {
        var apt = AptRoot.make(work, level.architecture(), level.base());
        var command = new ArrayList<>(apt.command());
        command.addAll(List.of("-o", "Dir::Etc::SourceList=/dev/null", "--simulate", "--allow-downgrades", "--yes"));
        for (var each : packages) {
            command.addAll(List.of("--with-source", each.file().toAbsolutePath().toString()));
        }
        command.add("install");
        packages.forEach(each -> command.add(each.name() + "=" + each.version()));
        var unused = tools.output(
                command,
                ProblemCode.RELEASE_PACKAGES_INCOMPLETE,
                "the packages of " + level.name() + " cannot be installed with nothing else"
                        + (level.base().isPresent() ? " on a host with that base" : ""));
    }

    @Override
    public List<Path> index(Path packages) {
        return List.of();
    }
}
