package io.keelson.server.api.view;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.keelson.problem.Problem;
import io.keelson.server.api.manifest.ManifestReader;
import io.keelson.server.observed.ReportedProblem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A resource while it is written. */
final class Document {
    private final ObjectNode root = JsonNodeFactory.instance.objectNode();
    private final ObjectNode spec = JsonNodeFactory.instance.objectNode();
    private final ObjectNode status = JsonNodeFactory.instance.objectNode();

    private Document(String apiVersion, String kind, String name, Instant created) {
        root.put("apiVersion", apiVersion).put("kind", kind);
        root.putObject("metadata").put("name", name).put("creationTimestamp", time(created));
        root.set("spec", spec);
        root.set("status", status);
    }

    static Document of(String kind, String name, Instant created) {
        return new Document(ManifestReader.API_VERSION, kind, name, created);
    }

    ObjectNode spec() {
        return spec;
    }

    ObjectNode status() {
        return status;
    }

    void conditions(List<Condition> conditions) {
        ArrayNode array = status.putArray("conditions");
        conditions.forEach(condition -> condition.writeTo(array));
    }

    String json() {
        return root.toString();
    }

    /** RFC 3339, whole seconds. */
    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static void problem(ObjectNode into, ReportedProblem problem) {
        into.put("code", problem.code())
                .put("what", problem.what())
                .put("advice", problem.advice())
                .put("command", problem.command());
    }

    static void problem(ObjectNode into, Problem problem) {
        into.put("code", problem.code().name())
                .put("what", problem.what())
                .put("advice", problem.remedy().advice())
                .put("command", problem.remedy().command().orElse(""));
    }
}
