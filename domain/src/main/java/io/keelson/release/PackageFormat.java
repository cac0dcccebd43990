package io.keelson.release;

import java.util.Locale;
import java.util.Map;

/** Which package manager a host has. */
public enum PackageFormat {
    /** dpkg and apt: deb(5). */
    DEB(Map.of("amd64", "amd64", "arm64", "arm64"), "all"),
    /** rpm and dnf. */
    RPM(Map.of("amd64", "x86_64", "arm64", "aarch64"), "noarch");

    private final Map<String, String> architectures;
    private final String independent;

    PackageFormat(Map<String, String> architectures, String independent) {
        this.architectures = architectures;
        this.independent = independent;
    }

    /** Of files, without a dot; also the word in manifests: {@code deb} or {@code rpm}. */
    public String suffix() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Whether a package can be installed on a host.
     *
     * @param packages architecture in the package's words: {@code all}, {@code amd64}, {@code noarch}, {@code x86_64}
     * @param host as Go names it
     */
    public boolean fits(String packages, String host) {
        return packages.equals(independent) || packages.equals(architectures.get(host));
    }
}
