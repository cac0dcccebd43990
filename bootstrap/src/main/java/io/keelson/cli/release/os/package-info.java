/** From a description of packages to a level of an operating system: resolved, read and checked by the packages' own tools. */
@NullMarked
package io.keelson.cli.release.os;

import org.jspecify.annotations.NullMarked;
