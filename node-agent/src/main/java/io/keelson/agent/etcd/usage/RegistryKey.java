package io.keelson.agent.etcd.usage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What the key of an object says. The API server keeps built-in resources at {@code /registry/RESOURCE/[NAMESPACE/]NAME}
 * and those of other groups at {@code /registry/GROUP/RESOURCE/[NAMESPACE/]NAME}, where a group has a dot in it (storage
 * factory of k8s.io/apiserver; a custom resource must have such a group).
 *
 * @param type such as {@code pods} and {@code widgets.example.com}
 * @param namespace empty where it has none
 */
record RegistryKey(String type, String namespace, String name) {
    private static final String PREFIX = "/registry/";
    private static final int LONGEST = 253;
    private static final int MOST_BYTES = 4_096;

    /** The groups of Kubernetes itself that are kept as custom ones are. */
    private static final List<String> BUILT_IN = List.of("apiextensions.k8s.io", "apiregistration.k8s.io");

    /** Any key; what is no key of the API server has the type {@code (other)}. */
    static RegistryKey parse(byte[] key) {
        var text = new String(key, 0, Math.min(key.length, MOST_BYTES), StandardCharsets.ISO_8859_1);
        var parts = text.startsWith(PREFIX)
                ? Arrays.asList(text.substring(PREFIX.length()).split("/", -1))
                : List.<String>of();
        if (parts.size() < 2) {
            return new RegistryKey("(other)", "", printable(text));
        }
        var first = parts.getFirst();
        if (first.indexOf('.') > 0 && parts.size() > 2) {
            return of(parts.get(1) + "." + first, parts.subList(2, parts.size()));
        }
        if (first.equals("services") && parts.size() > 2) {
            return of(parts.get(1).equals("specs") ? "services" : parts.get(1), parts.subList(2, parts.size()));
        }
        return of(
                switch (first) {
                    case "minions" -> "nodes";
                    case "controllers" -> "replicationcontrollers";
                    case "ingress" -> "ingresses";
                    default -> first;
                },
                parts.subList(1, parts.size()));
    }

    private static RegistryKey of(String type, List<String> rest) {
        return rest.size() == 1
                ? new RegistryKey(printable(type), "", printable(rest.getFirst()))
                : new RegistryKey(
                        printable(type),
                        printable(rest.getFirst()),
                        printable(String.join("/", rest.subList(1, rest.size()))));
    }

    /** Whether it is of a resource that somebody has added to Kubernetes. */
    boolean custom() {
        return type.indexOf('.') > 0 && BUILT_IN.stream().noneMatch(group -> type.endsWith("." + group));
    }

    /** Names of Kubernetes are ASCII; anything else is not to reach a terminal. */
    static String printable(String text) {
        var cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
        return cut.chars().allMatch(each -> each > ' ' && each < 127) ? cut : cut.replaceAll("[^!-~]", "?");
    }
}
