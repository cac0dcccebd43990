package io.keelson.server.kubernetes;

import java.time.Instant;

/**
 * What Keelson notes on a node that it empties, in the node's annotations {@value #SINCE} and {@value #CORDONED}; it is all
 * that is known of an emptying, so that whoever is killed meanwhile finds it there.
 *
 * @param since when it began
 * @param cordoned whether Keelson cordoned the node for it; else a person had before, and it is left cordoned afterwards
 */
public record DrainMark(Instant since, boolean cordoned) {
    /** Annotation: an RFC 3339 time. */
    public static final String SINCE = "keelson.io/drain-since";

    /** Annotation: {@code drain} if the cordon is Keelson's; not there if it is a person's. */
    public static final String CORDONED = "keelson.io/cordoned-for";

    static final String FOR_DRAIN = "drain";
}
