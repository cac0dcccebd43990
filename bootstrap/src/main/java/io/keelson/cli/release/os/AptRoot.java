package io.keelson.cli.release.os;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Directories of an apt that knows nothing of the machine on which it runs (apt.conf(5)), but for the machine's keyrings. */
record AptRoot(Path root, String architecture) {
    static AptRoot make(Path root, String architecture, Optional<Path> status) {
        try {
            for (var each : List.of(
                    "etc/apt/preferences.d",
                    "var/lib/apt/lists/partial",
                    "var/cache/apt/archives/partial",
                    "var/lib/dpkg")) {
                Files.createDirectories(root.resolve(each));
            }
            var database = root.resolve("var/lib/dpkg/status");
            if (status.isPresent()) {
                Files.copy(status.get(), database);
            } else {
                Files.createFile(database);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + root, e);
        }
        return new AptRoot(root, architecture);
    }

    /** apt-get with everything that makes it work in here. */
    List<String> command() {
        var command = new ArrayList<>(List.of("apt-get", "--quiet"));
        for (var option : List.of(
                "Dir=" + root + "/",
                "Dir::Etc::SourceParts=/dev/null",
                "Dir::Etc::Trusted=/etc/apt/trusted.gpg",
                "Dir::Etc::TrustedParts=/etc/apt/trusted.gpg.d",
                "Dir::Bin::Methods=/usr/lib/apt/methods",
                "APT::Architecture=" + architecture,
                "APT::Architectures::=" + architecture,
                "APT::Sandbox::User=root",
                "APT::Install-Recommends=false",
                "Acquire::ForceHash=SHA256",
                "Debug::NoLocking=true")) {
            command.addAll(List.of("-o", option));
        }
        return command;
    }
}
