package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.live.Prompts;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.v1.Prompt;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * {@code /api/prompts}: asks for the mask of one thing. The answer comes on the live WebSocket, and to whoever gets the
 * prompt by its id.
 */
final class PromptRoutes {
    private static final long ANSWER_WITHIN_SECONDS = 5;

    private final Prompts prompts;
    private final KafkaWriter writer;
    private final Predicate<String> cameraExists;

    PromptRoutes(Prompts prompts, KafkaWriter writer, Predicate<String> cameraExists) {
        this.prompts = prompts;
        this.writer = writer;
        this.cameraExists = cameraExists;
    }

    void bind(Operations operations) {
        operations.on("ask-prompt", this::ask);
        operations.on("get-prompt-answer", this::answer);
        operations.on("stop-prompt", this::stop);
    }

    private void ask(RoutingContext ctx) {
        Prompt.Builder draft = Json.read(Validated.body(ctx), Prompt.newBuilder());
        if (draft.getId().isEmpty()) {
            draft.setId(UUID.randomUUID().toString());
        }
        Prompt prompt = draft.setRequestedAtMs(System.currentTimeMillis()).build();
        List<Problem> problems = Definitions.check(prompt);
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        if (!cameraExists.test(prompt.getCamera())) {
            throw HttpProblem.badInput("camera", "there is no camera " + prompt.getCamera());
        }
        boolean ofOthers = prompts.find(prompt.getId())
                .filter(known -> !Principal.of(ctx).sees(known.getCamera()))
                .isPresent();
        if (ofOthers) {
            throw HttpProblem.badInput("id", "is taken; leave it out, and one is made");
        }
        prompts.add(prompt, Visitor.of(ctx).owner());
        send(prompt)
                .onSuccess(sent -> {
                    ctx.response().putHeader("Location", Visitor.of(ctx).prefix() + "/api/prompts/" + prompt.getId());
                    Json.send(ctx, 202, Json.object(prompt));
                })
                .onFailure(ctx::fail);
    }

    private void answer(RoutingContext ctx) {
        Prompt prompt = existing(ctx);
        prompts.answerOf(prompt.getId())
                .timeout(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS)
                .onSuccess(mask -> Json.send(ctx, 200, Json.object(mask)))
                .onFailure(late -> ctx.fail(HttpProblem.of(
                        504,
                        "prompt",
                        "has no answer yet; check in /api/status that an inference worker runs, and ask again")));
    }

    /** A prompt without points and box ends the tracking of the object. */
    private void stop(RoutingContext ctx) {
        Prompt prompt = existing(ctx);
        Prompt end = Prompt.newBuilder()
                .setId(prompt.getId())
                .setCamera(prompt.getCamera())
                .setRequestedAtMs(System.currentTimeMillis())
                .build();
        send(end)
                .onSuccess(sent -> {
                    prompts.forget(prompt.getId());
                    ctx.response().setStatusCode(204).end();
                })
                .onFailure(ctx::fail);
    }

    private Future<Void> send(Prompt prompt) {
        return writer.write(Topic.PROMPTS, prompt.getCamera(), prompt);
    }

    private Prompt existing(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        return prompts.find(id)
                .filter(prompt -> Principal.of(ctx).sees(prompt.getCamera()))
                .orElseThrow(() -> HttpProblem.notFound("prompt", id));
    }
}
