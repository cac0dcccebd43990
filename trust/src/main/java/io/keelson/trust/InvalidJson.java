package io.keelson.trust;

/** A document that is not exactly what its format says; becomes a problem at the codec's edge, in one line. */
final class InvalidJson extends Exception {
    InvalidJson(String what) {
        super(Quoted.line(what));
    }

    InvalidJson(String what, Throwable cause) {
        super(Quoted.line(what), cause);
    }
}
