package io.keelson.cli.output;

/** How resources are written. The names are what a user types. */
public enum OutputFormat {
    /** The columns that matter most. */
    table,
    /** All columns. */
    wide,
    /** The resource, or a List of them. */
    json,
    /** The same as YAML. */
    yaml,
    /** {@code kind/name}, one a line. */
    name
}
