package io.segwatch.dashboard.audit;

import io.prometheus.client.Counter;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.store.KafkaWriter;
import io.segwatch.v1.AuditEvent;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes who did what, from where, with what outcome: a line of the log, always, and a record in {@link Topic#AUDIT} or
 * {@link Topic#LOOKS}. No request waits for it: a record that Kafka does not take is counted and said, and its line
 * stays. Threadsafe.
 */
public final class AuditLog {
    private static final Logger log = LoggerFactory.getLogger("segwatch.audit");
    private static final Counter LOST = Counter.build(
                    "segwatch_audit_lost_total", "Audit records that Kafka did not take; their lines are in the log")
            .register();

    private static final String NOTED = "segwatch.audit.noted";
    private static final String BEFORE = "segwatch.audit.before";
    private static final String AFTER = "segwatch.audit.after";
    private static final String MADE = "segwatch.audit.made";
    private static final String CAMERA = "segwatch.audit.camera";
    private static final String LOOKING = "segwatch.audit.looking";
    private static final Looking NOBODY = new Looking() {
        @Override
        public void at(String camera) {}

        @Override
        public void ended() {}
    };

    /** Operations that show pictures of a camera, or what was in them. */
    private static final Set<String> LOOKS = Set.of(
            "get-snapshot",
            "get-full-picture",
            "get-evidence",
            "get-clip",
            "get-frame",
            "get-frame-at",
            "get-thumbnail",
            "search",
            "search-heat");
    /** Operations that go on showing something until they are closed. */
    private static final Map<String, String> STREAMS = Map.of("open-live", "close-live", "open-events", "close-events");
    /** They change nothing, whatever their method. */
    private static final Set<String> TRIES = Set.of("backtest-rule", "prepare-search");
    /** Addresses in these bodies may hold passwords; their definitions are told as they are stored. */
    private static final Set<String> OPAQUE =
            Set.of("create-camera", "replace-camera", "create-webhook", "replace-webhook");

    private static final Set<String> SECRETS =
            Set.of("password", "oldPassword", "secret", "token", "username", "credentials");
    private static final int MAX_LINE = 2_000;
    private static final int TOO_MANY = 429;

    private final KafkaWriter writer;
    private final boolean looks;

    /** @param looks whether what people look at is noted, too */
    public AuditLog(KafkaWriter writer, boolean looks) {
        this.writer = writer;
        this.looks = looks;
    }

    /** What a definition was before the request changed it, and is after; without secrets. */
    public static void changed(RoutingContext ctx, JsonObject before, JsonObject after) {
        ctx.put(BEFORE, before == null ? "" : before.encode());
        ctx.put(AFTER, after == null ? "" : after.encode());
        if (before == null && after != null) {
            ctx.put(MADE, after.getString("id", ""));
        }
    }

    /** The camera that the request is about, where its address does not say so. */
    public static void about(RoutingContext ctx, String camera) {
        ctx.put(CAMERA, camera);
    }

    /** What somebody looks at, over a connection that stays open. */
    public interface Looking {
        /** At this camera, too; noted once. */
        void at(String camera);

        /** Not any more, at none; noted once. */
        void ended();
    }

    /** To be told what is looked at over what this request has opened. */
    public static Looking looking(RoutingContext ctx) {
        Looking looking = ctx.get(LOOKING);
        return looking == null ? NOBODY : looking;
    }

    /** The form of the log-in, log-out, and the way back from a provider of identities. */
    public void mount(Router router) {
        router.post("/login").handler(ctx -> begin(ctx, "login"));
        router.post("/logout").handler(ctx -> begin(ctx, "logout"));
        router.get("/login/oidc/callback").handler(ctx -> begin(ctx, "login-oidc"));
    }

    private void begin(RoutingContext ctx, String action) {
        note(ctx, action);
        ctx.next();
    }

    /** An operation of the API was reached, by somebody who may use it or not. */
    public void operation(RoutingContext ctx, String operation) {
        if (STREAMS.containsKey(operation)) {
            if (looks) {
                stream(ctx, operation);
            }
        } else if (LOOKS.contains(operation)
                ? looks && !goesOn(ctx)
                : !ctx.request().method().equals(HttpMethod.GET) && !TRIES.contains(operation)) {
            note(ctx, operation);
        }
    }

    /** A browser asks for the parts of a video one after the other. */
    private static boolean goesOn(RoutingContext ctx) {
        String range = ctx.request().getHeader("Range");
        return range != null && range.strip().matches("bytes=0*[1-9]\\d*-.*");
    }

    private void stream(RoutingContext ctx, String operation) {
        Looking looking = new StreamLooks(this::write, event(ctx, operation).build(), STREAMS.get(operation));
        if (operation.equals("open-live")) {
            ctx.put(LOOKING, looking);
        } else {
            ctx.addEndHandler(ended -> looking.ended());
        }
    }

    private void note(RoutingContext ctx, String action) {
        if (ctx.get(NOTED) != null) {
            return;
        }
        ctx.put(NOTED, true);
        // Who leaves is gone when the answer is sent.
        AuditEvent.Builder event = event(ctx, action);
        ctx.addEndHandler(ended -> {
            int status = status(ctx);
            if (status == TOO_MANY) {
                // Whoever floods the door does not flood the log.
                return;
            }
            if (ctx.get(CAMERA) != null) {
                event.setCamera(ctx.get(CAMERA));
            }
            name(event, ctx.get(MADE, ""));
            Principal.cameIn(ctx).ifPresent(event::setWho);
            event.setStatus(status).setBefore(ctx.get(BEFORE, "")).setAfter(ctx.get(AFTER, ""));
            if (event.getAfter().isEmpty() && event.getBefore().isEmpty() && !OPAQUE.contains(action)) {
                event.setAfter(body(ctx));
            }
            write(LOOKS.contains(action) ? Topic.LOOKS : Topic.AUDIT, event.build());
        });
    }

    /** What was made has an address of its own, below the one that it was sent to. */
    private static void name(AuditEvent.Builder event, String made) {
        String own = "/" + made;
        if (made.isEmpty() || event.getObject().endsWith(own)) {
            return;
        }
        if (event.getObject().equals("/api/cameras")) {
            event.setCamera(made);
        }
        event.setObject(event.getObject() + own);
    }

    /** The form is answered with where to go next, whatever happened. */
    private static int status(RoutingContext ctx) {
        String location = ctx.response().headers().get("Location");
        if (location != null && location.contains("login#")) {
            return location.endsWith("#many") ? TOO_MANY : location.endsWith("#left") ? 200 : 401;
        }
        int status = ctx.response().getStatusCode();
        return status == 303 || status == 302 ? 200 : status;
    }

    private static AuditEvent.Builder event(RoutingContext ctx, String action) {
        AuditEvent.Builder event = AuditEvent.newBuilder()
                .setId(UUID.randomUUID().toString())
                .setAtMs(System.currentTimeMillis())
                .setAddress(Visitor.of(ctx).address())
                .setAction(action)
                .setObject(ctx.normalizedPath())
                .setCamera(camera(ctx));
        Principal.find(ctx)
                .ifPresent(principal -> event.setWho(principal.name())
                        .setWay(principal.way().name())
                        .setCredential(principal.credential()));
        return event;
    }

    private static String camera(RoutingContext ctx) {
        String path = ctx.normalizedPath();
        if (path.startsWith("/api/cameras/") && ctx.pathParam("id") != null) {
            return ctx.pathParam("id");
        }
        String named = ctx.request().getParam("camera");
        return named == null || named.length() > 63 ? "" : named;
    }

    private static String body(RoutingContext ctx) {
        try {
            JsonObject body = ctx.body() == null ? null : ctx.body().asJsonObject();
            if (body == null) {
                return "";
            }
            JsonObject shown = body.copy();
            SECRETS.stream().filter(shown::containsKey).forEach(secret -> shown.put(secret, "***"));
            return shown.encode();
        } catch (DecodeException | ClassCastException e) {
            return "";
        }
    }

    private void write(Topic<AuditEvent> topic, AuditEvent event) {
        log.info(
                "{} {} by {} ({}) from {}: {}{}{}",
                event.getAction(),
                oneLine(event.getObject()),
                event.getWho().isEmpty() ? "somebody who has not logged in" : oneLine(event.getWho()),
                event.getWay().isEmpty() ? "-" : event.getWay(),
                event.getAddress(),
                event.getStatus(),
                part(" before ", event.getBefore()),
                part(" after ", event.getAfter()));
        writer.write(topic, event.getAction(), event).onFailure(failure -> {
            LOST.inc();
            log.warn(
                    "The record of {} at {} is not in {}: Kafka did not take it",
                    event.getId(),
                    event.getAtMs(),
                    topic);
        });
    }

    private static String part(String name, String json) {
        return json.isEmpty() ? "" : name + json.substring(0, Math.min(MAX_LINE, json.length()));
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
