/** Resources as people see them: JSON with apiVersion, kind, metadata, spec and a status made from the fleet's image. */
@NullMarked
package io.keelson.server.api.view;

import org.jspecify.annotations.NullMarked;
