/** Bundles on this host: fetched, verified and staged; nothing is written outside the staging area before it is verified. */
@NullMarked
package io.keelson.agent.artifact;

import org.jspecify.annotations.NullMarked;
