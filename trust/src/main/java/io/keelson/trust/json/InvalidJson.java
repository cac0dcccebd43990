package io.keelson.trust.json;

/** A document that is not exactly what its format says; becomes a problem at the codec's edge. */
public final class InvalidJson extends Exception {
    public InvalidJson(String what) {
        super(what);
    }

    public InvalidJson(String what, Throwable cause) {
        super(what, cause);
    }
}
