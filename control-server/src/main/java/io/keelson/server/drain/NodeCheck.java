package io.keelson.server.drain;

/**
 * One thing that a node is seen by to work.
 *
 * @param what short and always the same, such as {@code kubelet}
 * @param holds whether it is so
 * @param detail one clause for a person: what was seen, or what is missing
 */
public record NodeCheck(String what, boolean holds, String detail) {
    private static final String API = "api";

    /** Nothing could be seen, because the cluster's API did not show it. */
    static NodeCheck api(String why) {
        return fails(API, why);
    }

    /** Whether it says that nothing could be seen, and so nothing of the node. */
    boolean isOfTheApi() {
        return what.equals(API);
    }

    static NodeCheck holds(String what, String detail) {
        return new NodeCheck(what, true, detail);
    }

    static NodeCheck fails(String what, String detail) {
        return new NodeCheck(what, false, detail);
    }
}
