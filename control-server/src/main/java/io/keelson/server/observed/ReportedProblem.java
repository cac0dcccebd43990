package io.keelson.server.observed;

/**
 * A problem as an agent reported it; its code may be newer than this server.
 *
 * @param command empty when no single command helps
 */
public record ReportedProblem(String code, String what, String advice, String command, boolean warning) {}
