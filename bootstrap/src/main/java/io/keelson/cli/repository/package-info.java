/** A release repository in a directory: what is published there, and what is on its way to enough signatures. */
@NullMarked
package io.keelson.cli.repository;

import org.jspecify.annotations.NullMarked;
