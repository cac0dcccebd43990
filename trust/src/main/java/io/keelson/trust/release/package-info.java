/** The release repository: which bundles people have released, and which of them may still be installed. */
@NullMarked
package io.keelson.trust.release;

import org.jspecify.annotations.NullMarked;
