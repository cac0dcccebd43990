/** Bundles on disk: as a directory that can be carried about, and unpacked where a host runs them. */
@NullMarked
package io.keelson.trust.bundle;

import org.jspecify.annotations.NullMarked;
