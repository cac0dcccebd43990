/** Flags and configuration of the components per Kubernetes minor: data in layers, checked against that minor. */
@NullMarked
package io.keelson.cli.release.profile;

import org.jspecify.annotations.NullMarked;
