/** {@code keelson trust}: the ceremony of a release repository, and its way to the control server. */
@NullMarked
package io.keelson.cli.trust;

import org.jspecify.annotations.NullMarked;
