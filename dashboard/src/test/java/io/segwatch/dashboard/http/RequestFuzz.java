package io.segwatch.dashboard.http;

import com.google.protobuf.Message;
import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.RuleText;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Prompt;
import io.segwatch.v1.Query;
import io.segwatch.v1.Rule;
import io.segwatch.v1.Webhook;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/** Definitions as requests bring them: a byte chooses the kind, the rest is the body. */
public final class RequestFuzz {
    private RequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        if (data.length == 0) {
            return;
        }
        JsonObject body;
        try {
            body = new JsonObject(new String(data, 1, data.length - 1, StandardCharsets.UTF_8));
        } catch (DecodeException | ClassCastException e) {
            return;
        }
        try {
            switch (data[0] & 3) {
                case 0 -> check(Json.read(body, Camera.newBuilder()).build(), camera -> Definitions.check(camera));
                case 1 -> check(Json.read(body, Query.newBuilder()).build(), query -> Definitions.check(query));
                case 2 -> check(Json.read(body, Webhook.newBuilder()).build(), webhook -> Definitions.check(webhook));
                default -> {
                    Rule rule = Json.read(body, Rule.newBuilder()).build();
                    if (check(rule, one -> Definitions.check(one))) {
                        UnaryOperator<String> itself = UnaryOperator.identity();
                        RuleText.sentence(rule, itself, itself, itself);
                    }
                    Definitions.check(Json.read(body, Prompt.newBuilder()).build());
                }
            }
        } catch (HttpProblem e) {
            if (e.getMessage().length() > 600) {
                throw new AssertionError("a reason of " + e.getMessage().length() + " characters", e);
            }
        }
    }

    private interface Check<T> {
        List<Problem> problems(T definition);
    }

    private static <T extends Message> boolean check(T definition, Check<T> check) {
        if (!check.problems(definition).isEmpty()) {
            return false;
        }
        Message again = Json.read(Json.object(definition), definition.newBuilderForType())
                .build();
        if (!again.equals(definition)) {
            throw new AssertionError("answered and sent again it is another definition");
        }
        return true;
    }
}
