package io.segwatch.launcher;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.segwatch.contracts.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Definitions as one JSON document: {@code {"version": 1, "cameras": […], "queries": […], "rules": […], "webhooks":
 * […]}}, each as the API has it, ordered by id, so that two exports of the same are the same.
 */
final class DefinitionDocument {
    static final int VERSION = 1;

    private static final String VERSION_FIELD = "version";
    private static final ObjectMapper mapper = new ObjectMapper();

    private final Map<DefinitionType, Map<String, Message>> definitions = new EnumMap<>(DefinitionType.class);
    private final List<String> problems = new ArrayList<>();
    private final Map<Message, String> paths = new IdentityHashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();

    DefinitionDocument() {
        for (DefinitionType type : DefinitionType.values()) {
            definitions.put(type, new TreeMap<>());
        }
    }

    /** In the order of ids. */
    Map<String, Message> of(DefinitionType type) {
        return definitions.get(type);
    }

    /** What is wrong, each with its line and field; empty for a document whose definitions can all be used. */
    List<String> problems() {
        return problems;
    }

    String write() throws IOException {
        ObjectNode document = JsonNodeFactory.instance.objectNode().put(VERSION_FIELD, VERSION);
        for (DefinitionType type : DefinitionType.values()) {
            ArrayNode all = document.putArray(type.plural());
            for (Message definition : of(type).values()) {
                all.add(mapper.readTree(JsonFormat.printer().print(DefinitionType.written(definition))));
            }
        }
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(document) + "\n";
    }

    /** Reads all that can be read; {@link #problems} has the rest. */
    static DefinitionDocument read(String text) throws IOException {
        DefinitionDocument document = new DefinitionDocument();
        try (JsonParser parser = mapper.createParser(text)) {
            parser.nextToken();
            JsonNode root = document.tree(parser, "");
            if (parser.nextToken() != null) {
                document.problem("", "the document goes on after its end");
            }
            document.readAll(root);
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            document.problems.add("line " + line + ": is no JSON: " + e.getOriginalMessage());
        }
        return document;
    }

    private void readAll(JsonNode root) {
        if (!root.isObject() || root.path(VERSION_FIELD).asInt(-1) != VERSION) {
            problem(
                    VERSION_FIELD,
                    "must be " + VERSION + ", as this version of Segwatch exports it, not " + root.path(VERSION_FIELD));
            return;
        }
        root.fieldNames().forEachRemaining(name -> {
            if (!name.equals(VERSION_FIELD) && typeOf(name) == null) {
                problem(name, "is nothing that a document holds; it has version, cameras, queries, rules, webhooks");
            }
        });
        for (DefinitionType type : DefinitionType.values()) {
            JsonNode all = root.path(type.plural());
            if (!all.isArray() && !all.isMissingNode()) {
                problem(type.plural(), "must be a list");
            }
            for (int i = 0; i < all.size(); i++) {
                read(type, all.get(i), type.plural() + "[" + i + "]");
            }
        }
    }

    private static DefinitionType typeOf(String plural) {
        for (DefinitionType type : DefinitionType.values()) {
            if (type.plural().equals(plural)) {
                return type;
            }
        }
        return null;
    }

    private void read(DefinitionType type, JsonNode json, String path) {
        int before = problems.size();
        Message.Builder builder = type.empty().newBuilderForType();
        if (!json.isObject()) {
            problem(path, "must be an object");
            return;
        }
        checkNames(json, builder.getDescriptorForType(), path);
        json.properties().forEach(field -> {
            try {
                // One by one, so that a problem has a field.
                JsonFormat.parser()
                        .ignoringUnknownFields()
                        .merge(
                                JsonNodeFactory.instance
                                        .objectNode()
                                        .<ObjectNode>set(field.getKey(), field.getValue())
                                        .toString(),
                                builder);
            } catch (InvalidProtocolBufferException e) {
                problem(path + "." + field.getKey(), "cannot be read: " + e.getMessage());
            }
        });
        Message definition = builder.build();
        String id = DefinitionType.idOf(definition);
        if (problems.size() > before) {
            return;
        }
        for (Problem problem : type.problems(definition)) {
            problem(path + "." + problem.field(), problem.message());
        }
        paths.put(definition, path);
        if (of(type).putIfAbsent(id, definition) != null) {
            problem(path + ".id", "is " + id + ", as that of another " + type.singular());
        }
    }

    private void checkNames(JsonNode json, Descriptor message, String path) {
        json.properties().forEach(entry -> {
            String at = path + "." + entry.getKey();
            FieldDescriptor field = message.getFields().stream()
                    .filter(known -> known.getJsonName().equals(entry.getKey())
                            || known.getName().equals(entry.getKey()))
                    .findFirst()
                    .orElse(null);
            if (field == null) {
                problem(at, "is no field of a " + message.getName().toLowerCase(Locale.ROOT));
            } else if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                if (entry.getValue().isArray()) {
                    for (int i = 0; i < entry.getValue().size(); i++) {
                        checkNames(entry.getValue().get(i), field.getMessageType(), at + "[" + i + "]");
                    }
                } else {
                    checkNames(entry.getValue(), field.getMessageType(), at);
                }
            }
        });
    }

    /** Adds that each definition must name only what is in the document or among {@code there}. */
    void checkReferences(DefinitionDocument there) {
        for (DefinitionType type : DefinitionType.values()) {
            for (Message definition : of(type).values()) {
                for (DefinitionType.Reference named : references(type, definition)) {
                    if (!of(named.type()).containsKey(named.id())
                            && !there.of(named.type()).containsKey(named.id())) {
                        problem(
                                paths.get(definition) + "." + named.field(),
                                "names the " + named.type().singular() + " " + named.id()
                                        + ", which is neither here nor there");
                    }
                }
            }
        }
    }

    private static List<DefinitionType.Reference> references(DefinitionType type, Message definition) {
        return type.problems(definition).isEmpty() ? DefinitionType.references(definition) : List.of();
    }

    private void problem(String path, String message) {
        String known = path;
        while (!lines.containsKey(known) && !known.isEmpty()) {
            int end = Math.max(known.lastIndexOf('.'), known.lastIndexOf('['));
            known = known.substring(0, Math.max(0, end));
        }
        problems.add("line " + lines.getOrDefault(known, 1) + ": " + path + " " + message);
    }

    /** The value at which the parser stands; notes the line of each value by its path. */
    private JsonNode tree(JsonParser in, String path) throws IOException {
        lines.put(path, in.currentTokenLocation().getLineNr());
        if (in.currentToken() == JsonToken.START_OBJECT) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
                in.nextToken();
                String at = path.isEmpty() ? name : path + "." + name;
                if (object.replace(name, tree(in, at)) != null) {
                    problem(at, "stands there twice");
                }
            }
            return object;
        }
        if (in.currentToken() == JsonToken.START_ARRAY) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            while (in.nextToken() != JsonToken.END_ARRAY) {
                array.add(tree(in, path + "[" + array.size() + "]"));
            }
            return array;
        }
        return in.currentToken() == null ? JsonNodeFactory.instance.missingNode() : mapper.readTree(in);
    }
}
