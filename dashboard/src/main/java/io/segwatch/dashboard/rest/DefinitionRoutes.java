package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.contracts.Problem;
import io.segwatch.contracts.Topic;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.listen.Visitor;
import io.segwatch.dashboard.store.DefinitionStore;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * REST for one kind of definition: list, create, read, replace, delete. Each definition has an {@code etag}; what is
 * replaced or deleted with another than the newest is left as it is, also when two requests come at once.
 */
final class DefinitionRoutes<T extends Message> {
    static final String TAG = "etag";
    static final String WARNINGS = "warnings";

    /** A definition that has been stored, and what it replaced. */
    private record Written<T extends Message>(DefinitionKind.Draft<T> draft, Optional<T> old) {}

    private final Vertx vertx;
    private final DefinitionKind<T> kind;
    private final Topic<T> topic;
    private final DefinitionStore<T> store;
    private final int limit;
    private final BoundedWork printing;

    DefinitionRoutes(Vertx vertx, DefinitionKind<T> kind, DefinitionStore<T> store, int limit, BoundedWork printing) {
        this.vertx = vertx;
        this.kind = kind;
        this.topic = store.topic();
        this.store = store;
        this.limit = limit;
        this.printing = printing;
    }

    void bind(Operations operations) {
        String one = kind.name();
        operations
                .on("list-" + kind.plural(), this::list)
                .on("create-" + one, this::create)
                .on("get-" + one, this::get)
                .on("replace-" + one, this::replace)
                .on("delete-" + one, this::delete);
    }

    private JsonObject answer(T definition, Principal principal) {
        T seen = kind.seenBy(principal, definition);
        JsonObject answer = json(seen, definition);
        kind.describe(seen, answer, principal);
        return answer;
    }

    /** A definition as it is sent to pages, and in answers: what somebody sees of it, with the tag of the whole. */
    static JsonObject json(Message seen, Message definition) {
        return Json.object(seen).put(TAG, ETag.of(definition));
    }

    private void list(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        printing.answer(ctx, () -> {
            JsonArray all = new JsonArray();
            store.all().stream()
                    .filter(definition -> CameraScope.sees(principal, kind.cameras(definition)))
                    .forEach(definition -> all.add(answer(definition, principal)));
            return new JsonObject().put(kind.plural(), all).toBuffer();
        });
    }

    private void get(RoutingContext ctx) {
        send(ctx, 200, existing(Validated.path(ctx, "id"), Principal.of(ctx)));
    }

    private void create(RoutingContext ctx) {
        JsonObject body = Validated.body(ctx);
        body.remove(TAG);
        body.remove(WARNINGS);
        if (store.size() >= limit) {
            throw HttpProblem.of(
                    409,
                    kind.plural(),
                    "there are " + limit + " already, the most allowed; delete one, or raise segwatch.dashboard.max-"
                            + kind.plural());
        }
        String id = reserveId(body);
        Future.succeededFuture()
                .map(reserved -> checked(ctx, id, kind.read(id, body, Optional.empty()), Optional.empty()))
                .compose(draft -> store(id, draft).map(draft))
                .onComplete(done -> store.release(id))
                .onSuccess(draft -> {
                    ctx.response().putHeader("Location", Visitor.of(ctx).prefix() + "/api/" + kind.plural() + "/" + id);
                    send(ctx, 201, new Written<>(draft, Optional.empty()));
                })
                .onFailure(ctx::fail);
    }

    private String reserveId(JsonObject body) {
        String id = body.getString("id", "");
        if (id.isEmpty()) {
            return Slug.of(kind.label(body), kind.name(), taken -> !store.reserve(taken));
        }
        if (!store.reserve(id)) {
            throw HttpProblem.of(409, "id", "there is a " + kind.name() + " " + id + " already; change it with PUT");
        }
        return id;
    }

    private void replace(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        JsonObject body = Validated.body(ctx);
        String given = body.getString("id", "");
        if (!given.isEmpty() && !given.equals(id)) {
            throw HttpProblem.badInput("id", "is " + given + ", but the address names " + id);
        }
        Object tag = body.remove(TAG);
        body.remove(WARNINGS);
        String ifMatch = ifMatch(ctx).orElse(tag == null ? "" : tag.toString());
        store.inTurn(id, () -> {
                    Optional<T> old = replaceable(ctx, id, ifMatch);
                    DefinitionKind.Draft<T> draft = checked(ctx, id, kind.read(id, body, old), old);
                    return store(id, draft).map(new Written<>(draft, old));
                })
                .onSuccess(written -> send(ctx, 200, written))
                .onFailure(ctx::fail);
    }

    private void delete(RoutingContext ctx) {
        String id = Validated.path(ctx, "id");
        String ifMatch = ifMatch(ctx).orElse("");
        store.inTurn(id, () -> {
                    Optional<T> old = replaceable(ctx, id, ifMatch);
                    AuditLog.changed(ctx, old.map(Json::object).orElse(null), null);
                    return store.delete(id).compose(gone -> onFile(() -> kind.removeSecret(id)));
                })
                .onSuccess(gone -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }

    private static Optional<String> ifMatch(RoutingContext ctx) {
        return Optional.ofNullable(ctx.request().getHeader("If-Match"));
    }

    /** What is there to replace or delete; empty for a definition that is refused and can so be mended. */
    private Optional<T> replaceable(RoutingContext ctx, String id, String ifMatch) {
        Principal principal = Principal.of(ctx);
        if (principal.seesAll() && store.refused(id).isPresent()) {
            return Optional.empty();
        }
        T old = existing(id, principal);
        CameraScope.checkChange(principal, kind.cameras(old));
        ETag.check(ifMatch, old, kind.name());
        return Optional.of(old);
    }

    private T existing(String id, Principal principal) {
        return store.get(id)
                .filter(definition -> CameraScope.sees(principal, kind.cameras(definition)))
                .orElseThrow(() -> missing(id, principal));
    }

    private HttpProblem missing(String id, Principal principal) {
        return store.refused(id)
                // Nobody knows which cameras it was meant for.
                .filter(problems -> principal.seesAll())
                .map(problems -> HttpProblem.of(
                        404,
                        "id",
                        "names a " + kind.name() + " that another program wrote and that is not valid ("
                                + Problem.describe(problems) + "); replace it with PUT, or delete it"))
                .orElseGet(() -> HttpProblem.notFound(kind.name(), id));
    }

    private DefinitionKind.Draft<T> checked(
            RoutingContext ctx, String id, DefinitionKind.Draft<T> draft, Optional<T> old) {
        Principal principal = Principal.of(ctx);
        List<Problem> problems = new ArrayList<>(topic.problems(id, draft.definition()));
        if (problems.isEmpty()) {
            problems.addAll(CameraScope.problems(principal, kind.cameras(draft.definition())));
            problems.addAll(kind.notAllowed(principal, draft.definition(), old));
        }
        if (problems.isEmpty()) {
            problems.addAll(kind.missing(draft.definition(), old));
        }
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        return draft;
    }

    private Future<T> store(String id, DefinitionKind.Draft<T> draft) {
        return draft.secret()
                .map(this::onFile)
                .orElseGet(Future::succeededFuture)
                .compose(ready -> store.put(id, draft.definition()))
                .map(draft.definition());
    }

    private Future<Void> onFile(DefinitionKind.SecretWrite work) {
        return vertx.executeBlocking(
                () -> {
                    work.run();
                    return null;
                },
                false);
    }

    private void send(RoutingContext ctx, int status, T definition) {
        send(ctx, status, definition, new JsonObject());
    }

    private void send(RoutingContext ctx, int status, Written<T> written) {
        T definition = written.draft().definition();
        AuditLog.changed(ctx, written.old().map(Json::object).orElse(null), Json.object(definition));
        JsonArray warnings =
                HttpProblem.errors(kind.warnings(definition, written.old(), others(definition, Principal.of(ctx))));
        JsonObject besides = written.draft().shown().copy();
        send(ctx, status, definition, warnings.isEmpty() ? besides : besides.put(WARNINGS, warnings));
    }

    private void send(RoutingContext ctx, int status, T definition, JsonObject besides) {
        ctx.response().putHeader("ETag", ETag.of(definition));
        Json.send(ctx, status, answer(definition, Principal.of(ctx)).mergeIn(besides));
    }

    private List<T> others(T definition, Principal principal) {
        return store.others(definition).stream()
                .filter(other -> CameraScope.sees(principal, kind.cameras(other)))
                .toList();
    }
}
