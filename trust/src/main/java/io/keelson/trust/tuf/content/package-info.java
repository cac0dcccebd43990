/** What targets are called, which role may speak for them, and what their content must be (TUF 1.0 section 4.5). */
@NullMarked
package io.keelson.trust.tuf.content;

import org.jspecify.annotations.NullMarked;
