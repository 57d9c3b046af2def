package io.segwatch.delivery.chat;

import io.segwatch.v1.Webhook;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.Optional;

/** How the webhooks of one chat service are posted to. Threadsafe. */
public interface ChatService {
    /**
     * Why the service has not taken a message.
     *
     * @param reason the service's own words, as it answered them: untrusted, and of any length
     * @param gone whether no further message can arrive until a person gives another address
     */
    record Refusal(String reason, boolean gone) {}

    /** The service of this format; empty for one that is for programs. */
    static Optional<ChatService> of(Webhook.Format format) {
        return switch (format) {
            case SLACK -> Optional.of(new SlackBody());
            case TEAMS -> Optional.of(new TeamsBody());
            case DISCORD -> Optional.of(new DiscordBody());
            case NTFY -> Optional.of(new NtfyBody());
            default -> Optional.empty();
        };
    }

    /** Where the webhook of this address is posted to. */
    default String address(String url) {
        return url;
    }

    /** The request's body, JSON. */
    JsonObject body(ChatMessage message, String url);

    /** The body as it is posted, once all of the address is known: a part of it may belong there. */
    default byte[] addressed(byte[] body, String url) {
        return body;
    }

    /** What an answer other than 2xx says; empty when it is not of the service's own form. */
    Optional<Refusal> refusal(int status, String answer);

    /** The answer, if it is an object. */
    static Optional<JsonObject> json(String answer) {
        try {
            return Optional.of(new JsonObject(answer));
        } catch (DecodeException | ClassCastException e) {
            return Optional.empty();
        }
    }
}
