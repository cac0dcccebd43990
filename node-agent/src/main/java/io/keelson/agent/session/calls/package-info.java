/** The connection to whichever server answers, and the calls that are made over it. */
@NullMarked
package io.keelson.agent.session.calls;

import org.jspecify.annotations.NullMarked;
