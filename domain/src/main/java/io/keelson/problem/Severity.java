package io.keelson.problem;

/** Whether a problem stops the work that found it. */
public enum Severity {
    /** The work goes on; a person should know. */
    WARNING,
    /** The work is refused or halted, and nothing further is changed. */
    ERROR
}
