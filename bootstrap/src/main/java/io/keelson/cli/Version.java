package io.keelson.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of this command, from its jar's manifest. */
final class Version implements IVersionProvider {
    /** The version; {@code unreleased} when it does not run from a jar. */
    static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("unreleased");
    }

    @Override
    public String[] getVersion() {
        return new String[] {"keelson " + current()};
    }
}
