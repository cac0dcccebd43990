/**
 * The release repository as the server holds it: takes over what people have signed, signs snapshot and timestamp, gives
 * out files, and asks it as a host would.
 */
@NullMarked
package io.keelson.server.repository;

import org.jspecify.annotations.NullMarked;
