/** Reads what operators write: strict YAML into domain values, or every problem with its line and column. */
@NullMarked
package io.keelson.server.api.manifest;

import org.jspecify.annotations.NullMarked;
