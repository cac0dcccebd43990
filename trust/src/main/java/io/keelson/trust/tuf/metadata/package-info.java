/** The four kinds of metadata and their JSON (TUF 1.0 sections 4.3 to 4.6). */
@NullMarked
package io.keelson.trust.tuf.metadata;

import org.jspecify.annotations.NullMarked;
