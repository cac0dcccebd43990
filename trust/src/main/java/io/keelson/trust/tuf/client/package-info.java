/** The client: decides which metadata and which files are trusted (TUF 1.0 section 5). */
@NullMarked
package io.keelson.trust.tuf.client;

import org.jspecify.annotations.NullMarked;
