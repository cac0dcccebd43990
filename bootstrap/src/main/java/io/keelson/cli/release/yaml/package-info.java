/** Strict reading of YAML that people write: nothing is ignored, everything wrong is told together. */
@NullMarked
package io.keelson.cli.release.yaml;

import org.jspecify.annotations.NullMarked;
