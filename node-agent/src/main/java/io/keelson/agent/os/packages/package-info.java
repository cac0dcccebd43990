/**
 * A level of the operating system comes to the host: by its own package manager, from a level's verified files, in one
 * transaction, and with a reboot where one is needed.
 */
@NullMarked
package io.keelson.agent.os.packages;

import org.jspecify.annotations.NullMarked;
