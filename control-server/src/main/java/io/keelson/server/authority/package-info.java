/** The authorities that name servers and hosts: which there are, which one signs, and which hosts trust them. */
@NullMarked
package io.keelson.server.authority;

import org.jspecify.annotations.NullMarked;
