/** Faults of a lab host that are seen to take effect, and are over when they are closed. */
@NullMarked
package io.keelson.lab.fault;

import org.jspecify.annotations.NullMarked;
