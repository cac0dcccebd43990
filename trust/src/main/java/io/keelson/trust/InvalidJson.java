package io.keelson.trust;

/** A document that is not exactly what its format says; becomes a problem at the codec's edge. */
final class InvalidJson extends Exception {
    InvalidJson(String what) {
        super(what);
    }

    InvalidJson(String what, Throwable cause) {
        super(what, cause);
    }
}
