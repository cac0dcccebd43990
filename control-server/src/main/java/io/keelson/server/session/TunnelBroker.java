package io.keelson.server.session;

import io.keelson.fleet.HostId;

/** Opens tunnels through the sessions of agents that are connected to this server. */
public interface TunnelBroker {
    /**
     * A tunnel to the API server on a host; waits for the agent at most ten seconds.
     *
     * @throws io.keelson.problem.ProblemException {@code HOST_NOT_CONNECTED}: the agent is not connected to this server,
     *     or did not answer in time
     */
    ByteTunnel open(HostId host);
}
