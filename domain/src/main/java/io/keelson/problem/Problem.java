package io.keelson.problem;

/**
 * Something that a person has to know: a permanent code, what happened here, and what to do next. Why it matters is
 * told by the code itself ({@link ProblemCode#why()}).
 *
 * @param what one sentence about this case, with its names and numbers; never a secret
 */
public record Problem(ProblemCode code, Severity severity, String what, Remedy remedy) {
    public Problem {
        if (what.isBlank()) {
            throw new IllegalArgumentException("a problem says what happened");
        }
    }

    /** A problem that stops the work. */
    public static Problem error(ProblemCode code, String what, Remedy remedy) {
        return new Problem(code, Severity.ERROR, what, remedy);
    }

    /** A problem that does not stop the work. */
    public static Problem warning(ProblemCode code, String what, Remedy remedy) {
        return new Problem(code, Severity.WARNING, what, remedy);
    }

    /** The problem as an exception, for edges whose callers can do nothing but report it. */
    public ProblemException asException() {
        return new ProblemException(this);
    }

    /** The four lines that a person reads: code and event, why it matters, advice, next command. */
    public String render() {
        var text = new StringBuilder()
                .append(severity == Severity.WARNING ? "warning " : "error ")
                .append(code.name())
                .append(": ")
                .append(what)
                .append("\n  why:  ")
                .append(code.why())
                .append("\n  do:   ")
                .append(remedy.advice());
        remedy.command().ifPresent(command -> text.append("\n  next: ").append(command));
        return text.toString();
    }
}
