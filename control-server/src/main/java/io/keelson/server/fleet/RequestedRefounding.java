package io.keelson.server.fleet;

import io.keelson.fleet.HostId;
import io.keelson.fleet.Refounding;
import java.util.Set;

/**
 * That an operator has confirmed that a cluster's etcd is begun anew.
 *
 * @param number how often it will have been, from 1
 * @param founder whose member is the first one
 * @param origin what it begins with
 * @param away hosts of which nobody knew anything when it was confirmed: if one is there before it has begun, its disk may
 *     hold more, and nothing begins
 */
public record RequestedRefounding(int number, HostId founder, Refounding.Origin origin, Set<HostId> away) {
    public RequestedRefounding {
        away = Set.copyOf(away);
    }
}
