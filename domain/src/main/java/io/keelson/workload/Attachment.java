package io.keelson.workload;

import io.keelson.fleet.NodeName;
import java.util.Optional;

/**
 * A volume that is attached to a node (VolumeAttachment).
 *
 * @param volume name of the persistent volume
 * @param claim whose it is
 */
public record Attachment(String volume, NodeName node, Optional<ObjectName> claim) {}
