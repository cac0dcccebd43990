package io.keelson.server.clusterpki;

/** PEM certificates of a cluster's authorities. */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record AuthorityCertificates(byte[] kubernetes, byte[] etcd, byte[] frontProxy) {}
