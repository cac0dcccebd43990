/** What a bundle is: its manifest, versions, skew rules and templates. */
@NullMarked
package io.keelson.release;

import org.jspecify.annotations.NullMarked;
