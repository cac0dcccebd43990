/** Stored secrets: with which key they are sealed, which keys each server has, and how one key takes another's place. */
@NullMarked
package io.keelson.server.secrets;

import org.jspecify.annotations.NullMarked;
