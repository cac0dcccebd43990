package io.keelson.workload;

import java.util.Comparator;

/** A namespaced object of a cluster, whose kind is known from where the name stands. */
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {
    private static final Comparator<ObjectName> ORDER =
            Comparator.comparing(ObjectName::namespace).thenComparing(ObjectName::name);

    public ObjectName {
        if (namespace.isBlank() || name.isBlank()) {
            throw new IllegalArgumentException("an object without name or namespace: '" + namespace + "/" + name + "'");
        }
    }

    @Override
    public int compareTo(ObjectName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return namespace + "/" + name;
    }
}
