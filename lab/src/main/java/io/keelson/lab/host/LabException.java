package io.keelson.lab.host;

/** The lab itself did not do what it was asked, as opposed to the software under test. */
public final class LabException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LabException(String message) {
        super(message);
    }

    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
