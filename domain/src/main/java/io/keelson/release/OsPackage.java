package io.keelson.release;

/**
 * A package of a level.
 *
 * @param name as the package manager knows it
 * @param version {@code [epoch:]version[-release]}; a missing epoch is 0, and 0 is never written
 * @param architecture in the package's words: {@code all}, {@code amd64}, {@code noarch}, {@code x86_64}
 * @param path of its file inside the bundle
 * @param installedSize bytes that it takes up once installed, as it says itself
 * @param bootSize bytes of those that lie below {@code /boot}
 * @param required whether a host is to have it that has it not yet
 * @param reboot whether what runs goes on with the old one until the host is started again: kernel, libc, systemd
 */
public record OsPackage(
        String name,
        String version,
        String architecture,
        String path,
        long installedSize,
        long bootSize,
        boolean required,
        boolean reboot)
        implements Comparable<OsPackage> {
    /** Unique within a level: {@code name:architecture}. */
    public String key() {
        return name + ":" + architecture;
    }

    @Override
    public int compareTo(OsPackage other) {
        return key().compareTo(other.key());
    }

    @Override
    public String toString() {
        return name + " " + version;
    }
}
