/** What is trusted and why: release keys, signed manifests, join tokens, secrets at rest. */
@NullMarked
package io.keelson.trust;

import org.jspecify.annotations.NullMarked;
