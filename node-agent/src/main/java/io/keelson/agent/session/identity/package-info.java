/** Who this host is to its servers: the files, and how it got them by enrolling. */
@NullMarked
package io.keelson.agent.session.identity;

import org.jspecify.annotations.NullMarked;
