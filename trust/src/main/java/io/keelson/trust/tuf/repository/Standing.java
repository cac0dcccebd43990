package io.keelson.trust.tuf.repository;

import io.keelson.trust.tuf.RoleName;
import io.keelson.trust.tuf.key.RoleKeys;
import java.time.Instant;

/**
 * How a role that is published stands.
 *
 * @param keys who may sign for it now
 * @param signed whether enough of them have signed what is published: not so after their keys were changed
 * @param current whether it lists the latest of what it is to list; true for roles that list no metadata
 */
public record Standing(RoleName role, long version, Instant expires, RoleKeys keys, boolean signed, boolean current) {}
