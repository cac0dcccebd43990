package io.keelson.agent.artifact;

import io.keelson.problem.Problem;
import io.keelson.problem.ProblemCode;
import io.keelson.problem.Remedy;
import io.keelson.release.Manifest;
import java.util.Arrays;

/**
 * What this host and this agent can run.
 *
 * @param os {@code linux}
 * @param architecture as Go names it
 * @param agent this agent's version, such as {@code 0.1.0}; a suffix behind a dash does not count
 */
public record Fit(String os, String architecture, String agent) {
    /** @throws io.keelson.problem.ProblemException BUNDLE_WRONG_ARCHITECTURE or BUNDLE_AGENT_TOO_OLD */
    void require(Manifest manifest) {
        if (!manifest.os().equals(os) || !manifest.architecture().equals(architecture)) {
            throw Problem.error(
                            ProblemCode.BUNDLE_WRONG_ARCHITECTURE,
                            "bundle " + manifest.name() + " is for " + manifest.os() + "/" + manifest.architecture()
                                    + ", this host is " + os + "/" + architecture,
                            Remedy.advise("Choose a bundle that was built for the host.", "keelson bundle list"))
                    .asException();
        }
        if (Arrays.compare(numbers(agent), numbers(manifest.minimumAgent())) < 0) {
            throw Problem.error(
                            ProblemCode.BUNDLE_AGENT_TOO_OLD,
                            "bundle " + manifest.name() + " needs agent " + manifest.minimumAgent()
                                    + " or later, this one is " + agent,
                            Remedy.advise(
                                    "Update the package keelson-agent on the host; it tries again by itself.",
                                    "keelson-agent version"))
                    .asException();
        }
    }

    /** Major, minor, patch; what is missing is 0. */
    private static int[] numbers(String version) {
        var parts = version.replaceAll("[-+].*", "").split("\\.", -1);
        var numbers = new int[3];
        for (int i = 0; i < Math.min(3, parts.length); i++) {
            if (!parts[i].matches("\\d{1,9}")) {
                throw new IllegalArgumentException("not a version: '" + version + "'");
            }
            numbers[i] = Integer.parseInt(parts[i]);
        }
        return numbers;
    }
}
