package io.segwatch.dashboard.http;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The contracts' messages as JSON, by protobuf's own mapping (protobuf.dev, "ProtoJSON format"): camelCase names,
 * 64-bit integers as strings. Fields that no message has are refused, so that a misspelt one is not silently lost.
 */
public final class Json {
    private static final JsonFormat.Printer printer =
            JsonFormat.printer().omittingInsignificantWhitespace().alwaysPrintFieldsWithNoPresence();
    private static final JsonFormat.Parser parser = JsonFormat.parser();
    private static final Pattern UNKNOWN_FIELD = Pattern.compile("Cannot find field: (\\S+) in message");
    private static final int MAX_EXPLANATION = 300;

    private Json() {}

    /** In one line. */
    public static String print(MessageOrBuilder message) {
        try {
            return printer.print(message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException(e);
        }
    }

    public static JsonObject object(MessageOrBuilder message) {
        return new JsonObject(print(message));
    }

    public static JsonArray array(Collection<? extends Message> messages) {
        JsonArray array = new JsonArray();
        messages.forEach(message -> array.add(object(message)));
        return array;
    }

    /** An object with one member, the messages in an array. */
    public static Buffer list(String member, Collection<? extends Message> messages) {
        StringBuilder text = new StringBuilder(64 + 256 * messages.size())
                .append("{\"")
                .append(member)
                .append("\":[");
        String separator = "";
        for (Message message : messages) {
            text.append(separator).append(print(message));
            separator = ",";
        }
        return Buffer.buffer(text.append("]}").toString());
    }

    /** Reads {@code json} into {@code builder}; unknown fields and values of the wrong type are refused. */
    public static <B extends Message.Builder> B read(JsonObject json, B builder) {
        try {
            parser.merge(json.encode(), builder);
            return builder;
        } catch (InvalidProtocolBufferException e) {
            Matcher unknown = UNKNOWN_FIELD.matcher(String.valueOf(e.getMessage()));
            if (unknown.find()) {
                throw HttpProblem.badInput(
                        unknown.group(1),
                        "is no field of a " + builder.getDescriptorForType().getName());
            }
            throw HttpProblem.badInput("body", shortened(e.getMessage()));
        }
    }

    public static void send(RoutingContext ctx, int status, JsonObject json) {
        send(ctx, status, json.toBuffer());
    }

    /** @param json as text in UTF-8 */
    public static void send(RoutingContext ctx, int status, Buffer json) {
        HttpServerResponse response = ctx.response();
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status)
                    .putHeader("Content-Type", "application/json; charset=utf-8")
                    .putHeader("Cache-Control", "no-store")
                    .end(json);
        }
    }

    private static String shortened(String text) {
        String known = String.valueOf(text);
        return known.length() <= MAX_EXPLANATION ? known : known.substring(0, MAX_EXPLANATION) + "…";
    }
}
