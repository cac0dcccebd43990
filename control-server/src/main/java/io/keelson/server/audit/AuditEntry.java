package io.keelson.server.audit;

/**
 * One line of the audit log.
 *
 * @param sequence from 1, without gaps
 * @param clockMillis the server's clock, milliseconds since 1970-01-01T00:00:00Z
 * @param server that wrote it
 * @param actor who asked: an operator's name, {@code host:<id>}, or {@code server}
 * @param action such as {@code host.enrol}
 * @param subject what it was about
 * @param detail what was decided and why; never a secret
 * @param previous hash of the entry before, 64 zeros for the first
 * @param hash SHA-256 of all the other components
 */
public record AuditEntry(
        long sequence,
        long clockMillis,
        String server,
        String actor,
        String action,
        String subject,
        String detail,
        String previous,
        String hash) {}
