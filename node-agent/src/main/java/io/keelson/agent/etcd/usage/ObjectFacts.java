package io.keelson.agent.etcd.usage;

import java.io.IOException;
import java.lang.System.Logger.Level;

/**
 * The little that is looked at of an object: who owns it, and whether it is over. Whatever a value holds, reading it never
 * fails: what cannot be read is unknown, such as everything that is encrypted at rest.
 *
 * @param owner {@code KIND NAMESPACE/NAME} of its controller, else of its first owner; of an event, what it is about; else
 *     {@code manager NAME} of who wrote it first; empty if it has none of these, {@code (unknown)} if that cannot be read
 * @param readable whether it could be read
 * @param owned whether an object owns it
 */
record ObjectFacts(String owner, boolean readable, boolean owned, End end) {
    private static final System.Logger LOG = System.getLogger("keelson.etcd");

    static final ObjectFacts UNKNOWN = new ObjectFacts("(unknown)", false, false, End.NONE);

    /** How the work of an object has ended. */
    enum End {
        NONE,
        SUCCEEDED,
        FAILED
    }

    /** Reads a value: Protocol Buffers after the API server's mark, or JSON. */
    static ObjectFacts read(RegistryKey key, byte[] value) {
        try {
            if (ProtoObject.isOne(value)) {
                return ProtoObject.read(key, value);
            }
            if (value.length > 0 && value[0] == '{') {
                return JsonObject.read(key, value);
            }
        } catch (WireFields.Malformed | IOException e) {
            LOG.log(Level.DEBUG, "an object of {0} cannot be read: {1}", key.type(), e.getMessage());
        }
        return UNKNOWN;
    }

    /** How an owner is named; it lies in the namespace of what it owns, or in none. */
    static String owner(String kind, String namespace, String name) {
        return namespace.isEmpty() ? kind + " " + name : kind + " " + namespace + "/" + name;
    }

    /** Who wrote an object that nothing owns. */
    static String manager(String name) {
        return name.isEmpty() ? "" : "manager " + name;
    }
}
