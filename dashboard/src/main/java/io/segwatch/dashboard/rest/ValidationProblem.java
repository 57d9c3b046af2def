package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.json.schema.OutputUnit;
import io.vertx.openapi.validation.SchemaValidationException;
import io.vertx.openapi.validation.ValidatorErrorType;
import io.vertx.openapi.validation.ValidatorException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What the validator has against a request, as fields and what to do about them. Values are never repeated. */
final class ValidationProblem {
    private static final Pattern PARAMETER = Pattern.compile("(?:query|path|header) parameter (\\S+)");
    private static final Pattern MISSING = Pattern.compile("required property \"(.*)\"");
    private static final Pattern TYPE = Pattern.compile("Instance type (\\w+) is invalid\\. Expected (.*)");
    private static final Pattern CHOICE = Pattern.compile("does not match any of (.*)");
    /** These say that something below is wrong, which has an error of its own. */
    private static final Set<String> WRAPPERS = Set.of("properties", "items", "$ref");

    private static final int MAX_ERRORS = 20;

    private ValidationProblem() {}

    static HttpProblem of(ValidatorException invalid) {
        if (invalid.type() == ValidatorErrorType.UNSUPPORTED_VALUE_FORMAT) {
            return HttpProblem.of(415, "Content-Type", "must be application/json");
        }
        Matcher named = PARAMETER.matcher(invalid.getMessage());
        String parameter = named.find() ? named.group(1).replaceAll("\\.$", "") : "";
        if (invalid instanceof SchemaValidationException detailed) {
            List<Problem> problems = problems(detailed.getOutputUnit(), parameter.isEmpty() ? "body" : parameter);
            if (!problems.isEmpty()) {
                return HttpProblem.badInput(problems);
            }
        }
        if (!parameter.isEmpty()) {
            boolean missing = invalid.type() == ValidatorErrorType.MISSING_REQUIRED_PARAMETER;
            return HttpProblem.badInput(
                    parameter, (missing ? "is missing" : "cannot be read") + "; see /api/openapi.json");
        }
        return HttpProblem.badInput(
                "body",
                invalid.type() == ValidatorErrorType.MISSING_REQUIRED_PARAMETER
                        ? "is empty; send a JSON object"
                        : "is no JSON");
    }

    /** @param root what is wrong when the error lies in no member */
    private static List<Problem> problems(OutputUnit result, String root) {
        Set<String> described = result.getErrors().stream()
                .filter(error -> keyword(error).equals("properties"))
                .map(OutputUnit::getInstanceLocation)
                .collect(Collectors.toSet());
        List<Problem> problems = new ArrayList<>();
        for (OutputUnit error : result.getErrors()) {
            boolean repeated =
                    keyword(error).equals("additionalProperties") && described.contains(error.getInstanceLocation());
            if (!repeated && !WRAPPERS.contains(keyword(error)) && problems.size() < MAX_ERRORS) {
                problems.add(problem(error, root));
            }
        }
        return problems;
    }

    private static Problem problem(OutputUnit error, String root) {
        String location = error.getInstanceLocation().replaceFirst("^#/?", "");
        String text = String.valueOf(error.getError());
        Matcher missing = MISSING.matcher(text);
        if (missing.find()) {
            return new Problem(field(location + "/" + missing.group(1), root), "is missing");
        }
        return new Problem(field(location, root), detail(keyword(error), text));
    }

    private static String detail(String keyword, String text) {
        Matcher type = TYPE.matcher(text);
        if (type.find()) {
            return "must be " + article(type.group(2).replace(",", " or ")) + ", and is " + article(type.group(1));
        }
        Matcher choice = CHOICE.matcher(text);
        if (choice.find()) {
            return "must be one of " + choice.group(1);
        }
        return switch (keyword) {
            case "additionalProperties" -> "is no known field; see /api/openapi.json";
            case "pattern" -> "must be a whole number, as a number or as text";
            default -> "is out of bounds: " + text;
        };
    }

    private static String article(String type) {
        return switch (type) {
            case "null" -> "null";
            case "array", "object", "integer" -> "an " + type;
            default -> "a " + type;
        };
    }

    /** {@code zones/0/rings} as {@code zones[0].rings}. */
    private static String field(String location, String root) {
        String field = location.replaceAll("/(\\d+)", "[$1]").replace("/", ".").replaceFirst("^\\.", "");
        return field.isEmpty() ? root : field;
    }

    private static String keyword(OutputUnit error) {
        return error.getKeywordLocation().substring(error.getKeywordLocation().lastIndexOf('/') + 1);
    }
}
