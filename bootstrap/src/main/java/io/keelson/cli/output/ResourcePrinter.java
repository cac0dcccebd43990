package io.keelson.cli.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;

/** Writes resources in the format that was asked for. */
public final class ResourcePrinter {
    private final PrintWriter out;
    private final OutputFormat format;
    private boolean headed;

    /** Writes to that writer. */
    public ResourcePrinter(PrintWriter out, OutputFormat format) {
        this.out = out;
        this.format = format;
    }

    /** Writes all resources of an answer. */
    public void print(String kind, List<Resource> resources, Instant now) {
        switch (format) {
            case table, wide -> table(kind, resources, now);
            case json -> out.print(StructuredText.json(list(resources)));
            case yaml -> out.print(StructuredText.yaml(list(resources)));
            case name -> resources.forEach(resource -> out.println(resource.reference()));
        }
        out.flush();
    }

    /** Writes the one resource that was asked for by name. */
    public void printOne(Resource resource, Instant now) {
        switch (format) {
            case table, wide, name -> print(resource.kind(), List.of(resource), now);
            case json -> out.print(StructuredText.json(resource.body()));
            case yaml -> out.print(StructuredText.yaml(resource.body()));
        }
        out.flush();
    }

    /** Writes one that changed while it was watched: headers only once, documents one after the other. */
    public void printChange(Resource resource, Instant now) {
        if (format == OutputFormat.yaml) {
            out.println("---");
        }
        printOne(resource, now);
        headed = true;
    }

    private void table(String kind, List<Resource> resources, Instant now) {
        var columns = Column.of(kind, format == OutputFormat.wide);
        var table = new TextTable(
                headed ? List.of() : columns.stream().map(Column::header).toList());
        for (var resource : resources) {
            table.row(columns.stream().map(column -> column.cell(resource, now)).toList());
        }
        table.write(out, "");
    }

    private static ObjectNode list(List<Resource> resources) {
        var list = JsonNodeFactory.instance.objectNode();
        list.put("apiVersion", "keelson.io/v1alpha1");
        list.put("kind", "List");
        var items = list.putArray("items");
        resources.forEach(resource -> items.add(resource.body()));
        return list;
    }
}
