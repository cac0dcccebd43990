package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ArrayNode;

/**
 * One thing that is true of a resource, or not, as scripts wait for it.
 *
 * @param type such as {@code Ready}
 * @param reason one word in CamelCase, for programs
 * @param message for a person; empty if there is nothing to say
 */
record Condition(String type, State state, String reason, String message) {
    enum State {
        TRUE("True"),
        FALSE("False"),
        UNKNOWN("Unknown");

        private final String written;

        State(String written) {
            this.written = written;
        }
    }

    static State of(boolean holds) {
        return holds ? State.TRUE : State.FALSE;
    }

    void writeTo(ArrayNode conditions) {
        conditions
                .addObject()
                .put("type", type)
                .put("status", state.written)
                .put("reason", reason)
                .put("message", message);
    }
}
