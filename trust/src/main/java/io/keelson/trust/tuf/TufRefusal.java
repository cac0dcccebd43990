package io.keelson.trust.tuf;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.ProblemException;
import io.keelson.problem.Remedy;
import io.keelson.trust.json.Quoted;

/** Why metadata or a file is not accepted; one kind per attack, so that advice is the same everywhere. */
public final class TufRefusal {
    private static final String MIRROR = "Fetch from another mirror; if it stays so, tell whoever runs the repository.";
    private static final String ALARM =
            "Treat it as an attack until the repository's owners have explained it; what is installed stays as it is.";

    private TufRefusal() {}

    /** The document is not what its format says. */
    public static ProblemException invalid(String document, Exception why) {
        return refuse(
                ProblemCode.TRUST_METADATA_INVALID, document + " cannot be read: " + why.getMessage(), MIRROR, why);
    }

    /** Too few of the role's keys have signed. */
    public static ProblemException threshold(String document, String role, int signed, int wanted) {
        return refuse(
                ProblemCode.TRUST_THRESHOLD_NOT_MET,
                document + " is signed by " + signed + " of the keys of " + Quoted.text(role) + "; " + wanted
                        + " are needed",
                ALARM);
    }

    /** The date is over. */
    public static ProblemException expired(String document, String expires, String now) {
        return refuse(
                ProblemCode.TRUST_EXPIRED,
                document + " expired at " + expires + "; the update began at " + now,
                "Check the host's clock; if it is right, have the role sign again.");
    }

    /** The version is below the one that is trusted. */
    public static ProblemException rollback(String document, long version, long trusted) {
        return refuse(
                ProblemCode.TRUST_ROLLBACK,
                document + " has version " + version + ", but version " + trusted + " was accepted before",
                ALARM);
    }

    /** The same version has other bytes. */
    public static ProblemException sameVersionDiffers(String document, long version) {
        return refuse(
                ProblemCode.TRUST_SAME_VERSION_DIFFERS,
                document + " has version " + version + " as before, but other content",
                ALARM);
    }

    /** The version is another one than the role above lists. */
    public static ProblemException mixAndMatch(String document, long version, long listed) {
        return refuse(
                ProblemCode.TRUST_MIX_AND_MATCH,
                document + " has version " + version + ", but version " + listed + " is listed",
                MIRROR);
    }

    /** The role above does not list the file at all. */
    public static ProblemException unlisted(String document, String by) {
        return refuse(ProblemCode.TRUST_MIX_AND_MATCH, by + " does not list " + document, MIRROR);
    }

    /** What was listed is no longer. */
    public static ProblemException vanished(String file) {
        return refuse(ProblemCode.TRUST_VANISHED, "the snapshot no longer lists " + Quoted.text(file), ALARM);
    }

    /** A root that does not follow its predecessor. */
    public static ProblemException rootChain(long version, long wanted) {
        return refuse(
                ProblemCode.TRUST_ROOT_CHAIN_BROKEN,
                "the root that should have version " + wanted + " has version " + version,
                ALARM);
    }

    /** More roots in one update than are followed. */
    public static ProblemException rootRotations(int followed) {
        return refuse(
                ProblemCode.TRUST_ROOT_ROTATIONS,
                followed + " new roots were accepted and there are more",
                "Update again: it goes on where it stopped.");
    }

    /** Length or hash differ. */
    public static ProblemException content(String file, String what) {
        return refuse(ProblemCode.TRUST_CONTENT_MISMATCH, file + " " + what, MIRROR);
    }

    /** Too many bytes. */
    public static ProblemException tooLarge(String file, long atMost) {
        return refuse(ProblemCode.TRUST_TOO_LARGE, file + " has more than " + atMost + " bytes", MIRROR);
    }

    /** Not there in time. */
    public static ProblemException tooSlow(String file, long seconds) {
        return refuse(ProblemCode.TRUST_TOO_SLOW, file + " was not there within " + seconds + " s", MIRROR);
    }

    /** The repository has not got what it lists. */
    public static ProblemException missing(String file) {
        return refuse(ProblemCode.TRUST_FILE_MISSING, "the repository has no " + file, MIRROR);
    }

    /** No answer, or one that is neither yes nor no. */
    public static ProblemException unreachable(String file, String why) {
        return refuse(
                ProblemCode.TRUST_REPOSITORY_UNREACHABLE,
                file + " cannot be fetched: " + why,
                "Check the network and the repository's address, then try again.");
    }

    /** No role that may speak for the target lists it. */
    public static ProblemException targetUnknown(String target) {
        return refuse(
                ProblemCode.TRUST_TARGET_UNKNOWN,
                "no trusted role lists " + Quoted.text(target),
                "Check the name, or have the file published.");
    }

    /** The search for a target has asked as many roles as it may. */
    public static ProblemException delegations(String target, int asked) {
        return refuse(
                ProblemCode.TRUST_DELEGATIONS_TOO_MANY,
                asked + " roles were asked for " + Quoted.text(target) + " and there are more",
                "Have the repository's delegations made simpler.");
    }

    /** There is no trusted root. */
    public static ProblemException notInitialised(String where) {
        return refuse(
                ProblemCode.TRUST_NOT_INITIALISED,
                "there is no trusted root in " + where,
                "Initialise with a root that came over a trusted way.");
    }

    /** There is another trusted root already. */
    public static ProblemException rootDiffers(String where) {
        return refuse(
                ProblemCode.TRUST_ROOT_DIFFERS,
                "there is another trusted root in " + where + " already",
                "Keep the one that is there, or initialise in an empty directory.");
    }

    /** What is kept cannot be read. */
    public static ProblemException stateUnreadable(String file, Exception why) {
        return refuse(
                ProblemCode.TRUST_STATE_UNREADABLE,
                "the trusted " + file + " cannot be read: " + why.getMessage(),
                "Restore the file, or initialise in an empty directory.",
                why);
    }

    /** Another update is running. */
    public static ProblemException locked(String where) {
        return refuse(
                ProblemCode.TRUST_STATE_LOCKED,
                "another update is using " + where,
                "Wait until it has ended, then try again.");
    }

    /** The wall clock shows less than it did; the update went on with the later time. */
    public static Problem clockBehind(String clock, String floor) {
        return Problem.warning(
                ProblemCode.TRUST_CLOCK_BEHIND,
                "the clock shows " + clock + ", but an update succeeded at " + floor,
                Remedy.advise("Set the host's clock, and find out who or what set it back."));
    }

    /** A change or signature of a repository that no client would accept. */
    public static ProblemException signing(String what) {
        return refuse(ProblemCode.TRUST_SIGNING_REFUSED, what, "Check which keys the role has, and what was changed.");
    }

    /** A key that cannot sign metadata. */
    public static ProblemException signing(String what, Exception why) {
        return refuse(ProblemCode.TRUST_SIGNING_REFUSED, what, "Use a key that Keelson has made.", why);
    }

    /** A key that was there and does not sign. */
    public static ProblemException unsigned(Exception why) {
        return refuse(
                ProblemCode.TRUST_SIGNING_REFUSED,
                "the key does not sign: " + why.getMessage(),
                "Check that the key's token is there and allows the key to sign, then sign again.",
                why);
    }

    private static ProblemException refuse(ProblemCode code, String what, String advice) {
        return Problem.error(code, what, Remedy.advise(advice)).asException();
    }

    private static ProblemException refuse(ProblemCode code, String what, String advice, Exception cause) {
        return new ProblemException(Problem.error(code, what, Remedy.advise(advice)), cause);
    }
}
