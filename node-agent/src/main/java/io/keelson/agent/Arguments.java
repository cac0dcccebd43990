package io.keelson.agent;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A command and its options, written {@code --name value} or {@code --name=value}. */
record Arguments(String command, Map<String, String> options) {
    Arguments {
        options = Map.copyOf(options);
    }

    /** The command line is not understood. */
    static final class UsageException extends Exception {
        private static final long serialVersionUID = 1;

        UsageException(String message) {
            super(message);
        }
    }

    /** @param allowed options by command */
    static Arguments parse(List<String> words, Map<String, Set<String>> allowed) throws UsageException {
        if (words.isEmpty()) {
            throw new UsageException("a command is missing");
        }
        var command = words.getFirst();
        var known = allowed.get(command);
        if (known == null) {
            throw new UsageException("unknown command '" + command + "'");
        }
        var options = new HashMap<String, String>();
        for (var rest = words.subList(1, words.size()).iterator(); rest.hasNext(); ) {
            var word = rest.next();
            var name = word.replaceFirst("=.*", "");
            if (!known.contains(name)) {
                throw new UsageException("'" + command + "' has no option '" + name + "'");
            }
            if (word.length() == name.length() && !rest.hasNext()) {
                throw new UsageException(name + " needs a value");
            }
            options.put(name, word.length() > name.length() ? word.substring(name.length() + 1) : rest.next());
        }
        return new Arguments(command, options);
    }

    String required(String name) throws UsageException {
        return option(name).orElseThrow(() -> new UsageException(name + " is missing"));
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }
}
