/** How files come from a repository; what they are worth is decided elsewhere. */
@NullMarked
package io.keelson.trust.tuf.fetch;

import org.jspecify.annotations.NullMarked;
