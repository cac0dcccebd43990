package io.keelson.server.enrolment;

import io.keelson.fleet.HostId;
import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import java.time.Duration;
import java.time.Instant;

/** The ways in which a host is not let in. */
final class JoinRefusal {
    private static final Remedy NEW_TOKEN = Remedy.advise("Make a new token and join with it.", "keelson token create");

    private JoinRefusal() {}

    static Problem invalid() {
        return Problem.error(ProblemCode.TOKEN_INVALID, "the server knows no such token", NEW_TOKEN);
    }

    static Problem used(String token, String host) {
        return Problem.error(
                ProblemCode.TOKEN_USED, "token " + token + " has enrolled host " + host + " already", NEW_TOKEN);
    }

    static Problem expired(String token, Instant expired) {
        return Problem.error(ProblemCode.TOKEN_EXPIRED, "token " + token + " expired at " + expired, NEW_TOKEN);
    }

    static Problem wrongHost(String token, String bound, HostId asks) {
        return Problem.error(
                ProblemCode.TOKEN_WRONG_HOST,
                "token " + token + " is for host " + bound + ", not for " + asks,
                Remedy.advise(
                        "Make a token for this host, or one without a host name.",
                        "keelson token create --hostname " + asks));
    }

    static Problem alreadyEnrolled(HostId host) {
        return Problem.error(
                ProblemCode.HOST_ALREADY_ENROLLED,
                "a host " + host + " is enrolled already",
                Remedy.advise(
                        "If that machine was installed anew, make a token for that; else give this one another name.",
                        "keelson token create --hostname " + host + " --reinstall"));
    }

    static Problem revoked(HostId host) {
        return Problem.error(
                ProblemCode.HOST_ALREADY_ENROLLED,
                "host " + host + " was revoked: its identity was taken away for good, and no token gives it back",
                Remedy.advise(
                        "Give the machine another name, or forget the revoked host if it belongs to no cluster.",
                        "keelson delete host " + host));
    }

    static Problem differs(HostId host, String what, String known, String asked) {
        return Problem.error(
                ProblemCode.HOST_ALREADY_ENROLLED,
                "host " + host + " is enrolled with " + what + " " + known + ", and would join again with " + what + " "
                        + asked,
                Remedy.advise(
                        "Join with the same zone and address as before: others reach it there.",
                        "keelson describe host " + host));
    }

    static Problem clockSkew(HostId host, Duration ahead) {
        return Problem.error(
                ProblemCode.HOST_CLOCK_SKEW,
                "the clock of host " + host + " is " + ahead.abs().toSeconds() + " s "
                        + (ahead.isNegative() ? "behind" : "ahead of") + " the server's; at most "
                        + Enrolment.LARGEST_SKEW.toSeconds() + " s are allowed",
                Remedy.advise("Let the host's clock be set by NTP, then join again.", "timedatectl status"));
    }

    static Problem malformed(String field, String why) {
        return Problem.error(
                ProblemCode.RESOURCE_INVALID,
                "the join request's " + field + " is invalid: " + why,
                Remedy.advise("Give the value in the form that the message names.", "keelson-agent join --help"));
    }

    /** With an empty disk it would begin anew under the identity of a member that may have voted. */
    static Problem holdsUnknownMember(HostId host) {
        return Problem.error(
                ProblemCode.HOST_TAKEN,
                "host " + host + " is to hold a member of its cluster's etcd, and the server has not seen it vote yet",
                Remedy.advise(
                        "Restore its system disk from a copy, or wait until its agent has said that the member votes.",
                        "keelson etcd status"));
    }

    static Problem connected(HostId host) {
        return Problem.error(
                ProblemCode.HOST_STILL_CONNECTED,
                "host " + host + " holds a member of its cluster's etcd, and its agent is connected",
                Remedy.advise(
                        "If it is the right host, stop its agent or switch the machine off, and try again half a minute"
                                + " later.",
                        "keelson get hosts"));
    }
}
