package io.keelson.server.drain;

/**
 * One thing that a node is seen by to work.
 *
 * @param what short and always the same, such as {@code kubelet}
 * @param holds whether it is so
 * @param detail one clause for a person: what was seen, or what is missing
 */
public record NodeCheck(String what, boolean holds, String detail) {
    static NodeCheck holds(String what, String detail) {
        return new NodeCheck(what, true, detail);
    }

    static NodeCheck fails(String what, String detail) {
        return new NodeCheck(what, false, detail);
    }
}
