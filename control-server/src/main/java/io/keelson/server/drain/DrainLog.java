package io.keelson.server.drain;

/** Where it is noted that the server empties nodes by itself. */
@FunctionalInterface
public interface DrainLog {
    /**
     * Notes it.
     *
     * @param action such as {@code node.drain}
     * @param subject the cluster and the node
     * @throws io.keelson.problem.ProblemException if it cannot be noted; then it is not done either
     */
    void append(String action, String subject, String detail);
}
