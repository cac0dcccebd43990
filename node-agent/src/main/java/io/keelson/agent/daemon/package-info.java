/** What the programs that keep a host as it is ordered to be have in common: their log, their threads, their pace. */
@NullMarked
package io.keelson.agent.daemon;

import org.jspecify.annotations.NullMarked;
