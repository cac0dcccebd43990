package io.keelson.cli.fleet;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What a command is about.
 *
 * @param kind as the user wrote it
 * @param name empty for all of the kind
 */
record Target(String kind, String name) {
    /** Accepts {@code KIND NAME} and {@code KIND/NAME}. */
    static Target of(String kind, String name) {
        int slash = kind.indexOf('/');
        return name.isEmpty() && slash > 0
                ? new Target(kind.substring(0, slash), kind.substring(slash + 1))
                : new Target(kind, name);
    }

    @Override
    public String toString() {
        return kind + "/" + name;
    }

    /** Reads {@code KIND/NAME}. */
    static final class Converter implements ITypeConverter<Target> {
        @Override
        public Target convert(String text) {
            int slash = text.indexOf('/');
            if (slash < 1 || slash == text.length() - 1 || text.indexOf('/', slash + 1) >= 0) {
                throw new TypeConversionException("want KIND/NAME, such as cluster/prod, not '" + text + "'");
            }
            return of(text, "");
        }
    }
}
