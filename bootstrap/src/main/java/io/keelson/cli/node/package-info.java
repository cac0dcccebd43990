/** {@code keelson node}: what is done to single nodes of clusters. */
@NullMarked
package io.keelson.cli.node;

import org.jspecify.annotations.NullMarked;
