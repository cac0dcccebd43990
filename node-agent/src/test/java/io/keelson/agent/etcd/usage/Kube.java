package io.keelson.agent.etcd.usage;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Objects as the API server stores them. Written with Protocol Buffers' own writer, field by field after the generated.proto
 * files of Kubernetes, so that the reader is not tested against itself.
 */
public final class Kube {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private Kube field(Writing writing) {
        try {
            var out = CodedOutputStream.newInstance(bytes);
            writing.to(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    static Kube message() {
        return new Kube();
    }

    Kube text(int number, String text) {
        return field(out -> out.writeString(number, text));
    }

    Kube number(int number, long value) {
        return field(out -> out.writeInt64(number, value));
    }

    Kube child(int number, Kube child) {
        return field(out -> out.writeByteArray(number, child.bytes.toByteArray()));
    }

    Kube fixed(int number, long value) {
        return field(out -> out.writeFixed64(number, value));
    }

    /** An object's ObjectMeta, with the fields around those that are looked at. */
    static Kube meta(String namespace, String name) {
        return message()
                .text(1, name)
                .text(2, "")
                .text(3, namespace)
                .text(5, "0f9c2f4e-1d1e-4c5c-9a80-0a5b4f6a9a11")
                .number(7, 3)
                .child(8, message().number(1, 1_700_000_000).number(2, 0))
                .child(11, message().text(1, "app").text(2, "web"));
    }

    static Kube ownedBy(Kube meta, String kind, String name, boolean controller) {
        return meta.child(
                13,
                message()
                        .text(1, kind)
                        .text(3, name)
                        .text(4, "uid")
                        .text(5, "apps/v1")
                        .number(6, controller ? 1 : 0)
                        .number(7, 1));
    }

    static Kube managedBy(Kube meta, String manager) {
        return meta.child(17, message().text(1, manager).text(2, "Update").text(3, "v1"));
    }

    /** The mark and runtime.Unknown around an object. */
    byte[] stored(String apiVersion, String kind) {
        var unknown = message()
                .child(1, message().text(1, apiVersion).text(2, kind))
                .child(2, this)
                .text(3, "")
                .text(4, "");
        return ByteString.copyFromUtf8("k8s\0")
                .concat(ByteString.copyFrom(unknown.bytes.toByteArray()))
                .toByteArray();
    }

    /** A pod of that phase, with a specification of so many bytes. */
    public static byte[] pod(String namespace, String name, String owner, String phase, int bytes) {
        return message()
                .child(1, ownedBy(meta(namespace, name), "ReplicaSet", owner, true))
                .child(2, message().text(1, "x".repeat(bytes)))
                .child(3, message().text(1, phase).text(6, "10.0.0.1"))
                .stored("v1", "Pod");
    }

    /** A job that is over, or not. */
    public static byte[] job(String namespace, String name, boolean complete) {
        var condition = message().text(1, "Complete").text(2, complete ? "True" : "False");
        return message()
                .child(1, managedBy(meta(namespace, name), "kubectl-create"))
                .child(2, message().number(1, 1))
                .child(3, message().child(1, condition).number(5, 1))
                .stored("batch/v1", "Job");
    }

    /** An event of a pod. */
    public static byte[] event(String namespace, String name, String pod) {
        return message()
                .child(1, managedBy(meta(namespace, name), "kubelet"))
                .child(2, message().text(1, "Pod").text(2, namespace).text(3, pod))
                .text(3, "BackOff")
                .stored("v1", "Event");
    }

    /** A config map with data of that size. */
    public static byte[] configMap(String namespace, String name, int bytes) {
        return message()
                .child(1, managedBy(meta(namespace, name), "helm"))
                .child(2, message().text(1, "data").text(2, "x".repeat(bytes)))
                .stored("v1", "ConfigMap");
    }

    /** A custom resource; the owner may be empty. */
    public static byte[] custom(String namespace, String name, String owner) {
        var owners = owner.isEmpty()
                ? ""
                : "\"ownerReferences\":[{\"apiVersion\":\"apps/v1\",\"controller\":true,\"kind\":\"Deployment\",\"name\":\""
                        + owner + "\",\"uid\":\"u\"}],";
        return ("{\"apiVersion\":\"example.com/v1\",\"kind\":\"Widget\",\"metadata\":{\"creationTimestamp\":\"2026-01-01T00:00:00Z\","
                        + "\"managedFields\":[{\"apiVersion\":\"example.com/v1\",\"fieldsV1\":{\"f:spec\":{\"f:a\":{}}},"
                        + "\"manager\":\"widgetctl\",\"operation\":\"Update\"}],"
                        + "\"name\":\"" + name + "\",\"namespace\":\"" + namespace + "\"," + owners + "\"uid\":\"u\"},"
                        + "\"spec\":{\"a\":[1,{\"metadata\":{}}]}}\n")
                .getBytes(StandardCharsets.UTF_8);
    }
}
