package io.keelson.trust.tuf;

/**
 * The name of a role: one of the four of every repository, or one that a targets role delegates to. Any text is allowed;
 * where it becomes a file or a part of a URL it is percent-encoded.
 *
 * @param name not empty; encoded at most {@value #LONGEST_ENCODED} characters, so that it fits in a file name
 */
public record RoleName(String name) {
    /** Characters of {@link #encoded()}. */
    public static final int LONGEST_ENCODED = 200;

    public static final RoleName ROOT = new RoleName("root");
    public static final RoleName TIMESTAMP = new RoleName("timestamp");
    public static final RoleName SNAPSHOT = new RoleName("snapshot");
    public static final RoleName TARGETS = new RoleName("targets");

    public RoleName {
        if (name.isEmpty() || PercentEncoding.encode(name).length() > LONGEST_ENCODED) {
            throw new IllegalArgumentException("not a role's name: '" + name + "'");
        }
    }

    /** Whether this is one of the four roles that the root names; nobody may delegate to such a name. */
    public boolean isTopLevel() {
        return equals(ROOT) || equals(TIMESTAMP) || equals(SNAPSHOT) || equals(TARGETS);
    }

    /** Fit for a URL's segment. */
    public String encoded() {
        return PercentEncoding.encode(name);
    }

    /** What the file is called where there is one version of it: {@code NAME.json}. */
    public String fileName() {
        return encoded() + ".json";
    }

    /** What the file of one version is called: {@code VERSION.NAME.json}. */
    public String fileName(long version) {
        return version + "." + fileName();
    }

    /** What timestamp and snapshot list the file as (TUF 1.0 section 4.4: METAPATH), not encoded. */
    public String metaPath() {
        return name + ".json";
    }

    @Override
    public String toString() {
        return name;
    }
}
