package io.keelson.agent.etcd.usage;

import io.keelson.agent.etcd.usage.ObjectFacts.End;
import io.keelson.agent.etcd.usage.WireFields.Malformed;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An object as the API server stores those that are built in: four bytes of mark, then runtime.Unknown, whose raw part is
 * the object. Field numbers are those of the generated.proto files of k8s.io/apimachinery (pkg/runtime, pkg/apis/meta/v1)
 * and k8s.io/api (core/v1, batch/v1), which never change.
 */
final class ProtoObject {
    private static final byte[] MARK = "k8s\0".getBytes(StandardCharsets.US_ASCII);

    private static final int UNKNOWN_RAW = 2;
    private static final int METADATA = 1;
    private static final int EVENT_INVOLVED_OBJECT = 2;
    private static final int STATUS = 3;
    private static final int META_OWNER_REFERENCES = 13;
    private static final int META_MANAGED_FIELDS = 17;
    private static final int OWNER_KIND = 1;
    private static final int OWNER_NAME = 3;
    private static final int OWNER_CONTROLLER = 6;
    private static final int MANAGED_FIELDS_MANAGER = 1;
    private static final int REFERENCE_KIND = 1;
    private static final int REFERENCE_NAMESPACE = 2;
    private static final int REFERENCE_NAME = 3;
    private static final int POD_PHASE = 1;
    private static final int JOB_CONDITIONS = 1;
    private static final int CONDITION_TYPE = 1;
    private static final int CONDITION_STATUS = 2;

    private final RegistryKey key;
    private String owner = "";
    private boolean controlled;
    private String about = "";
    private String manager = "";
    private End end = End.NONE;

    private ProtoObject(RegistryKey key) {
        this.key = key;
    }

    static boolean isOne(byte[] value) {
        return value.length > MARK.length && Arrays.equals(value, 0, MARK.length, MARK, 0, MARK.length);
    }

    static ObjectFacts read(RegistryKey key, byte[] value) throws Malformed {
        var unknown = new WireFields(value, MARK.length, value.length);
        while (unknown.next()) {
            if (unknown.holds(UNKNOWN_RAW)) {
                return new ProtoObject(key).read(unknown.message());
            }
        }
        throw new Malformed("nothing is in it");
    }

    private ObjectFacts read(WireFields object) throws Malformed {
        while (object.next()) {
            if (object.holds(METADATA)) {
                metadata(object.message());
            } else if (object.holds(EVENT_INVOLVED_OBJECT) && key.type().equals("events")) {
                reference(object.message());
            } else if (object.holds(STATUS)) {
                status(object.message());
            }
        }
        if (!owner.isEmpty()) {
            return new ObjectFacts(owner, true, true, end);
        }
        return new ObjectFacts(about.isEmpty() ? ObjectFacts.manager(manager) : about, true, false, end);
    }

    private void metadata(WireFields meta) throws Malformed {
        while (meta.next()) {
            if (meta.holds(META_OWNER_REFERENCES)) {
                owner(meta.message());
            } else if (meta.holds(META_MANAGED_FIELDS) && manager.isEmpty()) {
                manager = text(meta.message(), MANAGED_FIELDS_MANAGER);
            }
        }
    }

    private void owner(WireFields reference) throws Malformed {
        var kind = "";
        var name = "";
        boolean controller = false;
        while (reference.next()) {
            if (reference.holds(OWNER_KIND)) {
                kind = reference.text();
            } else if (reference.holds(OWNER_NAME)) {
                name = reference.text();
            } else if (reference.isSet(OWNER_CONTROLLER)) {
                controller = true;
            }
        }
        if (owner.isEmpty() || (controller && !controlled)) {
            owner = ObjectFacts.owner(kind, key.namespace(), name);
            controlled = controller;
        }
    }

    private void reference(WireFields reference) throws Malformed {
        var kind = "";
        var namespace = "";
        var name = "";
        while (reference.next()) {
            if (reference.holds(REFERENCE_KIND)) {
                kind = reference.text();
            } else if (reference.holds(REFERENCE_NAMESPACE)) {
                namespace = reference.text();
            } else if (reference.holds(REFERENCE_NAME)) {
                name = reference.text();
            }
        }
        about = ObjectFacts.owner(kind, namespace, name);
    }

    private void status(WireFields status) throws Malformed {
        switch (key.type()) {
            case "pods" -> end = podEnd(text(status, POD_PHASE));
            case "jobs" -> {
                while (status.next()) {
                    if (status.holds(JOB_CONDITIONS)) {
                        condition(status.message());
                    }
                }
            }
            default -> {}
        }
    }

    private static End podEnd(String phase) {
        return switch (phase) {
            case "Succeeded" -> End.SUCCEEDED;
            case "Failed" -> End.FAILED;
            default -> End.NONE;
        };
    }

    private void condition(WireFields condition) throws Malformed {
        var type = "";
        boolean holds = false;
        while (condition.next()) {
            if (condition.holds(CONDITION_TYPE)) {
                type = condition.text();
            } else if (condition.holds(CONDITION_STATUS)) {
                holds = condition.text().equals("True");
            }
        }
        if (holds && type.equals("Complete")) {
            end = End.SUCCEEDED;
        } else if (holds && type.equals("Failed")) {
            end = End.FAILED;
        }
    }

    /** The first text of that field. */
    private static String text(WireFields message, int field) throws Malformed {
        while (message.next()) {
            if (message.holds(field)) {
                return message.text();
            }
        }
        return "";
    }
}
