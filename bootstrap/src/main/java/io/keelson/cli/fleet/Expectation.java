package io.keelson.cli.fleet;

import io.keelson.cli.output.Resource;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What a wait is for. */
sealed interface Expectation {
    /** Whether it has come true. @param resource empty if there is none */
    boolean met(Optional<Resource> resource);

    /** What there is instead, for a person. */
    String seen(Resource resource);

    /** A condition has a status. */
    record ConditionIs(String type, String status) implements Expectation {
        @Override
        public boolean met(Optional<Resource> resource) {
            return resource.flatMap(found -> found.condition(type))
                    .filter(condition -> condition.status().equalsIgnoreCase(status))
                    .isPresent();
        }

        @Override
        public String seen(Resource resource) {
            return resource.condition(type)
                    .map(condition -> condition.type() + " is " + condition.status()
                            + (condition.message().isBlank() ? "" : ": " + condition.message()))
                    .orElse("there is no condition " + type);
        }

        @Override
        public String toString() {
            return "condition " + type + " to be " + status;
        }
    }

    /** The resource is no more. */
    record Gone() implements Expectation {
        @Override
        public boolean met(Optional<Resource> resource) {
            return resource.isEmpty();
        }

        @Override
        public String seen(Resource resource) {
            return "it is still there";
        }

        @Override
        public String toString() {
            return "it to be deleted";
        }
    }

    /** A field has a value. */
    record FieldIs(String path, String value) implements Expectation {
        @Override
        public boolean met(Optional<Resource> resource) {
            return resource.flatMap(found -> found.field(path))
                    .filter(value::equals)
                    .isPresent();
        }

        @Override
        public String seen(Resource resource) {
            return path + " is "
                    + resource.field(path).map(text -> "'" + text + "'").orElse("absent");
        }

        @Override
        public String toString() {
            return path + " to be '" + value + "'";
        }
    }

    /** Reads {@code condition=Ready}, {@code condition=Ready=False}, {@code delete}, {@code status.phase=Ready}. */
    final class Converter implements ITypeConverter<Expectation> {
        @Override
        public Expectation convert(String text) {
            if (text.equals("delete")) {
                return new Gone();
            }
            // As kubectl writes it: jsonpath='{.status.phase}'=Ready
            var plain = text.startsWith("jsonpath=") ? text.substring("jsonpath=".length()) : text;
            int equals = plain.indexOf('=');
            if (equals < 1 || equals == plain.length() - 1) {
                throw new TypeConversionException(
                        "want condition=TYPE[=STATUS], delete or FIELD=VALUE, not '" + text + "'");
            }
            var left = plain.substring(0, equals);
            var right = plain.substring(equals + 1);
            if (!left.equals("condition")) {
                return new FieldIs(left.replaceAll("[{}']", "").replaceFirst("^\\.", ""), right);
            }
            int status = right.indexOf('=');
            return status < 0
                    ? new ConditionIs(right, "True")
                    : new ConditionIs(right.substring(0, status), right.substring(status + 1));
        }
    }
}
