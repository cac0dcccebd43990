package io.keelson.server.fleet;

import io.keelson.fleet.HostId;
import io.keelson.fleet.Refounding;

/**
 * That an operator has confirmed that a cluster's etcd is begun anew.
 *
 * @param number how often it will have been, from 1
 * @param founder whose member is the first one
 * @param origin what it begins with
 */
public record RequestedRefounding(int number, HostId founder, Refounding.Origin origin) {}
