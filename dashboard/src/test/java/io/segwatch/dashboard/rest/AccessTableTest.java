package io.segwatch.dashboard.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** docs/access.md has the rule of each operation, message and event, as the API's document says it. */
class AccessTableTest {
    private static final Path FILE = Path.of("../docs/access.md");
    private static final String BEGIN = "<!-- made of openapi.json -->\n";
    private static final String END = "<!-- end -->\n";

    @Test
    void theTableIsThatOfTheDocument() throws IOException {
        String text = Files.readString(FILE);
        int begin = text.indexOf(BEGIN) + BEGIN.length();
        String table = table(ApiDocument.json());
        assertThat(text.substring(begin, text.indexOf(END)))
                .as("docs/access.md, whose table must be:%n%s", table)
                .isEqualTo(table);
    }

    private static String table(JsonObject document) {
        StringBuilder table = new StringBuilder("| request | operation | role | camera |\n|---|---|---|---|\n");
        StringBuilder sent = new StringBuilder("\n| on | kind | role | camera |\n|---|---|---|---|\n");
        JsonObject paths = document.getJsonObject("paths");
        paths.fieldNames()
                .forEach(path -> paths.getJsonObject(path).forEach(method -> {
                    if (method.getValue() instanceof JsonObject operation) {
                        row(
                                table,
                                "`" + method.getKey().toUpperCase(Locale.ROOT) + " " + path + "`",
                                operation.getString("operationId"),
                                operation);
                        JsonObject kinds = operation.getJsonObject("x-sends", new JsonObject());
                        kinds.fieldNames()
                                .forEach(kind -> row(sent, "`" + path + "`", kind, kinds.getJsonObject(kind)));
                    }
                }));
        return table.append(sent).toString();
    }

    private static void row(StringBuilder table, String what, String name, JsonObject described) {
        table.append("| ")
                .append(what)
                .append(" | ")
                .append(name)
                .append(" | ")
                .append(described.getString("x-role"))
                .append(" | ")
                .append(described.getString("x-camera"))
                .append(" |\n");
    }
}
