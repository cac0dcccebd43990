/** From a release description to a bundle: sources are collected, packed and described by a manifest. */
@NullMarked
package io.keelson.cli.release;

import org.jspecify.annotations.NullMarked;
