package io.keelson.cli.output;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell, three spaces apart; no trailing blanks. */
public final class TextTable {
    private static final String GAP = "   ";

    private final List<List<String>> rows = new ArrayList<>();

    /** A table with those headers; with none for rows alone. */
    public TextTable(List<String> headers) {
        if (!headers.isEmpty()) {
            rows.add(List.copyOf(headers));
        }
    }

    /** Adds a row; an empty cell shows as a dash. */
    public void row(List<String> cells) {
        rows.add(cells.stream()
                .map(cell -> cell.isBlank() ? "-" : cell.strip().replace('\n', ' '))
                .toList());
    }

    /** Writes headers and rows, each after the indentation. */
    public void write(PrintWriter out, String indent) {
        for (var row : rows) {
            var line = new StringBuilder(indent);
            for (int column = 0; column < row.size(); column++) {
                var cell = row.get(column);
                line.append(cell);
                if (column < row.size() - 1) {
                    line.repeat(' ', width(column) - cell.length()).append(GAP);
                }
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }
}
