package io.keelson.server.drain;

import io.keelson.problem.Problem;
import java.util.List;

/** How far the emptying of a node is. */
public sealed interface Emptying {
    /**
     * It goes on.
     *
     * @param waitsFor each thing in a clause for a person; empty while pods are told to end, or nothing is known yet
     */
    record UnderWay(List<String> waitsFor) implements Emptying {
        public UnderWay {
            waitsFor = List.copyOf(waitsFor);
        }
    }

    /**
     * Nothing is on the node but what stays with it, and it takes no pods; or there is no such node.
     *
     * @param homeless which of its load does not run elsewhere yet, each in a clause for a person
     */
    record Done(List<String> homeless) implements Emptying {
        public Done {
            homeless = List.copyOf(homeless);
        }
    }

    /**
     * It was given up.
     *
     * @param reasons never empty; each says as well how the node was left
     */
    record Blocked(List<Problem> reasons) implements Emptying {
        public Blocked {
            reasons = List.copyOf(reasons);
        }
    }
}
