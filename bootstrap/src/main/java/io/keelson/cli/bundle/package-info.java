/** {@code keelson bundle}: builds, signs, verifies, shows and publishes bundles. */
@NullMarked
package io.keelson.cli.bundle;

import org.jspecify.annotations.NullMarked;
