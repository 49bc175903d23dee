package dev.tocsin.cli;

import dev.tocsin.json.Json;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** How data is printed on stdout. */
public enum Output {
    TABLE,
    JSON,
    YAML;

    /** Rows of text in columns as wide as they need; the first row is the title. */
    public static String table(List<List<String>> rows) {
        var widths = new ArrayList<Integer>();
        for (var row : rows) {
            for (var column = 0; column < row.size(); column++) {
                var width = row.get(column).length();
                if (column == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(column, Math.max(width, widths.get(column)));
                }
            }
        }
        var text = new StringBuilder();
        for (var row : rows) {
            var line = new StringBuilder();
            for (var column = 0; column < row.size(); column++) {
                line.append(row.get(column))
                        .repeat(' ', widths.get(column) - row.get(column).length() + 3);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }

    /** Prints a document in this form; the table is made by the caller. */
    public void print(PrintWriter out, Object document, String table) {
        switch (this) {
            case TABLE -> out.print(table);
            case JSON ->
                out.println(Json.MAPPER
                        .writer()
                        .with(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(document));
            case YAML -> out.print(YAMLMapper.builder().build().writeValueAsString(Json.MAPPER.valueToTree(document)));
        }
        out.flush();
    }
}
