package io.keelson.cli.firstserver;

import io.keelson.fleet.IpAddress;
import io.keelson.fleet.NodeName;
import java.util.List;

/**
 * What the first control server is to be.
 *
 * @param name of this server among all servers, and of its etcd member
 * @param address by which hosts and operators reach it
 * @param hostnames further names by which it may be reached
 */
public record FirstServer(NodeName name, IpAddress address, List<String> hostnames) {
    public FirstServer {
        hostnames = List.copyOf(hostnames);
    }

    /** {@code address:7443}, where operators and joining hosts dial. */
    public String operatorEndpoint() {
        return address + ":" + ServerLayout.OPERATOR_PORT;
    }
}
