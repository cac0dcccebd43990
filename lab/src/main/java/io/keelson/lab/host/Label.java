package io.keelson.lab.host;

import java.util.Map;

/** How things of the lab are found again in the engine: by label, never by name. */
final class Label {

    /** The run (or the name of the standing lab) a thing belongs to. {@code lab/run down} goes by this one. */
    static final String RUN = "keelson.lab";

    /** Who made it, see {@link Owner}; absent on a standing lab, which no process owns. */
    static final String OWNER = "keelson.lab.owner";

    static final String HOST = "keelson.lab.host";
    static final String ADDRESS = "keelson.lab.address";

    private Label() {}

    static Map<String, String> of(String run, boolean standing) {
        return standing
                ? Map.of(RUN, run)
                : Map.of(RUN, run, OWNER, Owner.self().label());
    }
}
