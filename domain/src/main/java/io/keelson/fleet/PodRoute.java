package io.keelson.fleet;

/**
 * Where the pods of another node are.
 *
 * @param pods the other node's part of the pod network
 * @param via the other host's address, in the same L2 network
 */
public record PodRoute(NodeName node, Cidr pods, IpAddress via) {}
