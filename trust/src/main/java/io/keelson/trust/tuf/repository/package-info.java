/** The writer: makes, changes and signs a repository (TUF 1.0 section 6). */
@NullMarked
package io.keelson.trust.tuf.repository;

import org.jspecify.annotations.NullMarked;
