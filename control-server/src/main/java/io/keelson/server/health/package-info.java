/** What the service manager and monitoring may ask. */
@NullMarked
package io.keelson.server.health;

import org.jspecify.annotations.NullMarked;
