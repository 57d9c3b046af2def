package io.segwatch.dashboard;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.kafka.Kafka;
import io.segwatch.kafka.Sender;
import io.segwatch.v1.Prompt;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.Producer;

/**
 * {@code /api/prompts}: asks for the mask of one thing. The answer comes on the live WebSocket, and to whoever gets the
 * prompt by its id.
 */
final class PromptRoutes {
    private static final long ANSWER_WITHIN_SECONDS = 5;

    private final Prompts prompts;
    private final Sender<Prompt> sender;
    private final Writes writes;
    private final Predicate<String> cameraExists;

    PromptRoutes(Prompts prompts, Producer<String, byte[]> producer, Writes writes, Predicate<String> cameraExists) {
        this.prompts = prompts;
        this.sender = Kafka.sender(Topic.PROMPTS, producer, DashboardRole.NAME);
        this.writes = writes;
        this.cameraExists = cameraExists;
    }

    void mount(Router router) {
        router.post("/api/prompts").handler(this::ask);
        router.get("/api/prompts/:id").handler(this::answer);
        router.delete("/api/prompts/:id").handler(this::stop);
    }

    private void ask(RoutingContext ctx) {
        Prompt.Builder draft = Json.read(Json.body(ctx), Prompt.newBuilder());
        if (draft.getId().isEmpty()) {
            draft.setId(UUID.randomUUID().toString());
        }
        Prompt prompt = draft.setRequestedAtMs(System.currentTimeMillis()).build();
        List<Problem> problems = Definitions.check(prompt);
        if (!problems.isEmpty()) {
            throw Refusal.badInput(problems);
        }
        if (!cameraExists.test(prompt.getCamera())) {
            throw Refusal.badInput("camera", "there is no camera " + prompt.getCamera());
        }
        prompts.ask(prompt);
        send(prompt)
                .onSuccess(sent -> {
                    ctx.response().putHeader("Location", "/api/prompts/" + prompt.getId());
                    Json.send(ctx, 202, Json.print(prompt));
                })
                .onFailure(ctx::fail);
    }

    private void answer(RoutingContext ctx) {
        Prompt prompt = existing(ctx);
        prompts.answerOf(prompt.getId())
                .timeout(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS)
                .onSuccess(mask -> Json.send(ctx, 200, Json.print(mask)))
                .onFailure(late -> ctx.fail(Refusal.of(
                        504,
                        "prompt",
                        "has no answer yet; check in /api/status that an inference worker runs, and ask again")));
    }

    /** A prompt without points and box tells the worker to follow the thing no more. */
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
        return writes.write(callback -> sender.send(prompt.getCamera(), prompt, callback), Future.succeededFuture());
    }

    private Prompt existing(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        return prompts.find(id).orElseThrow(() -> Refusal.notFound("prompt", id));
    }
}
