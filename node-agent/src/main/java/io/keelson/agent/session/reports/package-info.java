/** What happened on this host, kept until a server has it. */
@NullMarked
package io.keelson.agent.session.reports;

import org.jspecify.annotations.NullMarked;
