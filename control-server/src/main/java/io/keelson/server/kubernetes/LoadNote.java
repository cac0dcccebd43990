package io.keelson.server.kubernetes;

import io.keelson.drain.LostLoad;
import io.keelson.workload.Owner;
import java.util.HashMap;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a node carried before it was emptied, in its annotation {@value #ANNOTATION}: {@code NAMESPACE/KIND/NAME=READY} of each
 * controller, with commas in between, which are in no such name. It is there as long as the node is, whoever leads.
 */
final class LoadNote {
    static final String ANNOTATION = "keelson.io/drained-load";

    private LoadNote() {}

    static String text(LostLoad load) {
        return load.ready().entrySet().stream()
                .map(each -> each.getKey().namespace() + "/" + each.getKey().kind() + "/"
                        + each.getKey().name() + "=" + each.getValue())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(","));
    }

    /** Empty for what Keelson did not write. */
    static Optional<LostLoad> read(String text) {
        var ready = new HashMap<Owner, Integer>();
        for (var entry : text.isEmpty() ? new String[0] : text.split(",", -1)) {
            var sides = entry.split("=", -1);
            var owner = sides[0].split("/", -1);
            if (sides.length != 2 || owner.length != 3 || !sides[1].matches("[0-9]{1,9}")) {
                return Optional.empty();
            }
            ready.put(new Owner(owner[0], owner[1], owner[2]), Integer.parseInt(sides[1]));
        }
        return Optional.of(new LostLoad(ready));
    }
}
