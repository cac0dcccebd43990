package io.keelson.trust.json;

/** A document that is not exactly what its format says; becomes a problem at the codec's edge, in one line. */
public final class InvalidJson extends Exception {
    public InvalidJson(String what) {
        super(Quoted.line(what));
    }

    public InvalidJson(String what, Throwable cause) {
        super(Quoted.line(what), cause);
    }
}
