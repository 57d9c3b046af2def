package io.segwatch.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Message;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * What a running Segwatch has defined.
 *
 * @param definitions as the API has them
 * @param tags by path of the API, of each definition as it was read
 */
record DefinedNow(DefinitionDocument definitions, Map<String, String> tags) {
    static DefinedNow read(ApiClient api) throws IOException, InterruptedException {
        DefinitionDocument document = new DefinitionDocument();
        Map<String, String> tags = new HashMap<>();
        for (DefinitionType type : DefinitionType.values()) {
            for (JsonNode element : api.get(type.path()).path(type.plural())) {
                Message definition = ApiClient.read(element.toString(), type.empty());
                String id = DefinitionType.idOf(definition);
                document.of(type).put(id, definition);
                tags.put(type.path(id), element.path("etag").asText());
            }
        }
        return new DefinedNow(document, tags);
    }
}
