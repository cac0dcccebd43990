package io.keelson.durable;

import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Who may read and write a file. */
public enum FileMode {
    /** 0644. */
    PUBLIC("rw-r--r--"),
    /** 0755. */
    EXECUTABLE("rwxr-xr-x"),
    /** 0600. */
    SECRET("rw-------");

    private final String permissions;

    FileMode(String permissions) {
        this.permissions = permissions;
    }

    /** The mode as the file system takes it. */
    public Set<PosixFilePermission> permissions() {
        return PosixFilePermissions.fromString(permissions);
    }
}
