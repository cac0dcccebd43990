package io.keelson.server.api.view;

import io.keelson.fleet.Role;

/** How values are written for people. */
final class Words {
    private Words() {}

    static String role(Role role) {
        return switch (role) {
            case CONTROL_PLANE -> "control-plane";
            case WORKER -> "worker";
        };
    }
}
