package io.keelson.server.kubernetes;

import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.storage.VolumeAttachment;
import io.keelson.workload.Attachment;
import io.keelson.workload.ObjectName;
import io.keelson.workload.Placement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Volumes and where they are attached, as the API has them. */
final class VolumeReading {
    /**
     * A persistent volume.
     *
     * @param nodes where pods that have it may run
     */
    record Volume(String name, Optional<ObjectName> claim, List<Placement.NodeTerms> nodes) {}

    private VolumeReading() {}

    static Volume read(PersistentVolume volume) {
        var spec = Optional.ofNullable(volume.getSpec());
        return new Volume(
                volume.getMetadata().getName(),
                spec.map(each -> each.getClaimRef()).map(each -> new ObjectName(each.getNamespace(), each.getName())),
                spec.map(each -> each.getNodeAffinity()).map(each -> each.getRequired()).stream()
                        .map(PlacementReading::terms)
                        .toList());
    }

    static Map<ObjectName, Volume> byClaim(List<Volume> volumes) {
        return volumes.stream()
                .filter(each -> each.claim().isPresent())
                .collect(Collectors.toMap(each -> each.claim().orElseThrow(), each -> each, (one, other) -> one));
    }

    /** Empty on nodes that are none of Keelson's. */
    static Optional<Attachment> read(VolumeAttachment attachment, Map<String, Volume> volumes) {
        var spec = attachment.getSpec();
        var volume = Optional.ofNullable(spec.getSource()).map(each -> each.getPersistentVolumeName());
        return NodeReading.name(spec.getNodeName())
                .map(node -> new Attachment(
                        volume.orElse(attachment.getMetadata().getName()),
                        node,
                        volume.map(volumes::get).flatMap(Volume::claim)));
    }
}
