/** Copies of snapshots outside of the servers: in an S3-compatible store. */
@NullMarked
package io.keelson.server.offsite;

import org.jspecify.annotations.NullMarked;
