/** What a person or a script sees: terminal, tables, JSON, YAML, problems. */
@NullMarked
package io.keelson.cli.output;

import org.jspecify.annotations.NullMarked;
