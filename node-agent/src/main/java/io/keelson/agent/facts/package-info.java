/** What this host is now, read from the kernel and from the operating system's files. */
@NullMarked
package io.keelson.agent.facts;

import org.jspecify.annotations.NullMarked;
