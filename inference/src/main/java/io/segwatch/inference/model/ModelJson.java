package io.segwatch.inference.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.segwatch.inference.model.ModelDescription.BackgroundEntry;
import io.segwatch.inference.model.ModelDescription.Calibration;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Reads {@code model.json}; every refusal names the file, the field, what it holds and what was expected. */
final class ModelJson {
    private static final long MAX_BYTES = 16 << 20;

    private final Path file;
    private final JsonNode root;

    private ModelJson(Path file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    static ModelJson read(Path folder) {
        Path file = folder.resolve("model.json");
        if (!Files.isRegularFile(file)) {
            throw new ModelException(file + " is missing: " + folder + " is no model directory. Name one with"
                    + " segwatch.inference.model or --model (models/README.md says what it holds).");
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new ModelException(file + " is larger than " + MAX_BYTES + " bytes");
            }
            return parse(file, Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** @param file that the bytes are of, for reasons */
    static ModelJson parse(Path file, byte[] bytes) throws IOException {
        try {
            ModelJson json = new ModelJson(file, new ObjectMapper().readTree(bytes));
            json.check("format", "1, the only format that this version reads", node -> node.asInt() == 1);
            return json;
        } catch (JsonProcessingException e) {
            throw new ModelException(file + " is no JSON: " + e.getOriginalMessage(), e);
        } catch (CharConversionException e) {
            throw new ModelException(file + " is no JSON in UTF-8: " + e.getMessage(), e);
        }
    }

    ModelDescription description() {
        return new ModelDescription(
                text("name"),
                text("version"),
                input(),
                integer("image_embedding.channels", 1, 4_096),
                integer("image_embedding.stride", 1, 64),
                integer("text_aligned.dims", 1, 4_096),
                integer("text_aligned.stride", 1, 64),
                (float) number("logit_scale", 0.01, 1_000),
                textTower(),
                calibration("calibration", optional("calibration.peak", 0), optional("calibration.sure", -1_000)),
                calibration("class_calibration", 0, 0),
                number("synonym_cosine", 0, 1),
                background());
    }

    /** sha256 in lower-case hex by file name, for every file of {@code names}. */
    Map<String, String> hashes(Set<String> names) {
        Map<String, String> hashes = new HashMap<>();
        for (String name : names) {
            JsonNode hash = root.path("files").path(name);
            if (!hash.isTextual() || !hash.asText().matches("[0-9a-f]{64}")) {
                throw wrong("files[\"" + name + "\"]", hash, "the file's sha256 in lower-case hex");
            }
            hashes.put(name, hash.asText());
        }
        return hashes;
    }

    /** Whether {@code files} has this one, which a model may lack. */
    boolean names(String file) {
        return root.path("files").has(file);
    }

    private InputRule input() {
        String rule = text("input.rule");
        if (rule.equals("letterbox")) {
            return new InputRule(true, 0, 0, 0, 0, integer("input.side", 32, 4_096));
        }
        check("input.rule", "\"area\" or \"letterbox\"", node -> rule.equals("area"));
        int multiple = integer("input.multiple", 1, 256);
        int minSide = integer("input.min_side", multiple, 4_096);
        int maxSide = integer("input.max_side", minSide, 8_192);
        check("input.min_side", "a multiple of input.multiple", node -> minSide % multiple == 0);
        check("input.max_side", "a multiple of input.multiple", node -> maxSide % multiple == 0);
        return new InputRule(false, integer("input.pixels", 1_024, 1 << 24), multiple, minSide, maxSide, 0);
    }

    private ModelDescription.Text textTower() {
        check(
                "text.encoder",
                "\"text_encoder.onnx\" or \"" + TextEncoder.MINILM + "\"",
                node -> Set.of("text_encoder.onnx", TextEncoder.MINILM).contains(node.asText()));
        check(
                "text.pooling",
                "\"mean\", \"cls\" or \"none\"",
                node -> Set.of("mean", "cls", "none").contains(node.asText()));
        JsonNode projection = at("text.projection");
        if (!projection.isMissingNode() && !projection.isNull()) {
            check(
                    "text.projection",
                    "\"text_projection.onnx\" or null",
                    node -> node.asText().equals("text_projection.onnx"));
        }
        List<String> templates = texts("text.templates", at("text.templates"));
        check(
                "text.templates",
                "1 to 200 texts with {} in each",
                node -> !templates.isEmpty()
                        && templates.size() <= 200
                        && templates.stream().allMatch(t -> t.contains("{}")));
        return new ModelDescription.Text(
                text("text.encoder"),
                text("text.pooling"),
                integer("text.max_tokens", 4, 512),
                integer("text.dims", 1, 8_192),
                projection.isTextual() ? projection.asText() : null,
                templates);
    }

    private Calibration calibration(String field, float peak, float sure) {
        return new Calibration(
                (float) number(field + ".scale", 1e-6, 1_000),
                (float) number(field + ".bias", -1_000, 1_000),
                peak,
                sure);
    }

    /** A number that older descriptions lack: 0 there. */
    private float optional(String field, double least) {
        return at(field).isMissingNode() ? 0 : (float) number(field, least, 1_000);
    }

    private List<BackgroundEntry> background() {
        check(
                "background",
                "a list of 1 to 10000 entries",
                node -> node.isArray() && !node.isEmpty() && node.size() <= 10_000);
        List<BackgroundEntry> entries = new ArrayList<>();
        for (JsonNode entry : at("background")) {
            String field = "background[" + entries.size() + "]";
            JsonNode name = entry.path("name");
            if (!name.isTextual() || name.asText().isBlank()) {
                throw wrong(field + ".name", name, "a name");
            }
            JsonNode bias = entry.path("bias");
            if (!bias.isMissingNode() && !(bias.isNumber() && Math.abs(bias.asDouble()) <= 100)) {
                throw wrong(field + ".bias", bias, "a number -100..100");
            }
            entries.add(new BackgroundEntry(
                    name.asText(), texts(field + ".aliases", entry.path("aliases")), (float) bias.asDouble(0)));
        }
        return entries;
    }

    private List<String> texts(String field, JsonNode list) {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list) {
            if (!item.isTextual()) {
                throw wrong(field, item, "a list of texts");
            }
            texts.add(item.asText());
        }
        return texts;
    }

    private String text(String field) {
        check(
                field,
                "a text of 1 to 200 characters",
                node -> node.isTextual()
                        && !node.asText().isBlank()
                        && node.asText().length() <= 200);
        return at(field).asText();
    }

    private int integer(String field, int least, int most) {
        check(
                field,
                "a whole number " + least + ".." + most,
                node -> node.isIntegralNumber() && node.asLong() >= least && node.asLong() <= most);
        return at(field).asInt();
    }

    private double number(String field, double least, double most) {
        check(
                field,
                "a number " + least + ".." + most,
                node -> node.isNumber() && node.asDouble() >= least && node.asDouble() <= most);
        return at(field).asDouble();
    }

    private void check(String field, String expected, Predicate<JsonNode> test) {
        if (!test.test(at(field))) {
            throw wrong(field, at(field), expected);
        }
    }

    private JsonNode at(String field) {
        JsonNode node = root;
        for (String step : field.split("\\.")) {
            node = node.path(step);
        }
        return node;
    }

    private ModelException wrong(String field, JsonNode node, String expected) {
        String found = node.isMissingNode() ? "is missing" : "is " + abbreviated(node.toString());
        return new ModelException(file + ": field " + field + " " + found + "; expected " + expected + ".");
    }

    private static String abbreviated(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
