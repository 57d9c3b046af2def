package io.segwatch.dashboard.rest;

import com.google.protobuf.Message;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** REST for one kind of definition: list, create, read, replace, delete. Runs on the event loop. */
abstract class DefinitionRoutes<T extends Message> {
    private final String kind;
    private final String plural;
    private final int limit;
    private final DefinitionStore<T> store;

    /**
     * @param kind as in messages, for example {@code camera}
     * @param plural as in the path, for example {@code cameras}
     */
    DefinitionRoutes(String kind, String plural, int limit, DefinitionStore<T> store) {
        this.kind = kind;
        this.plural = plural;
        this.limit = limit;
        this.store = store;
    }

    /** The body as a definition; {@code old} is what it replaces. May take what is secret out of the body. */
    abstract T read(RoutingContext ctx, JsonObject body, Optional<T> old);

    /** Id for a definition that came without one, from its name or text. */
    abstract String nameOf(T definition);

    abstract String idOf(T definition);

    abstract T withId(T definition, String id);

    /** What is wrong with the definition by itself. */
    abstract List<Problem> check(T definition);

    /**
     * What a definition that is good by itself names and is not there. It may go on naming what {@code old}, which it
     * replaces, named: else nobody could switch it off.
     */
    List<Problem> missing(T definition, Optional<T> old) {
        return List.of();
    }

    /** Of a list of ids, those that are not there and were not in the old list. */
    static List<Problem> missing(String kind, List<String> ids, List<String> old, Predicate<String> exists) {
        String field = kind + "s";
        return IntStream.range(0, ids.size())
                .filter(i -> !exists.test(ids.get(i)) && !old.contains(ids.get(i)))
                .mapToObj(i -> new Problem(
                        field + "[" + i + "]",
                        HttpProblem.missing(kind, ids.get(i)) + "; add it first, or name none for all " + field))
                .toList();
    }

    /** What depends on the definition's id. */
    T complete(RoutingContext ctx, T definition) {
        return definition;
    }

    /** Done once the definition is known to be good, before it is written. */
    Future<Void> beforeWrite(RoutingContext ctx, T definition) {
        return Future.succeededFuture();
    }

    Future<Void> afterDelete(String id) {
        return Future.succeededFuture();
    }

    final void mount(Router router) {
        String all = "/api/" + plural;
        String one = all + "/:id";
        router.get(all).handler(ctx -> Json.send(ctx, 200, Json.list(plural, store.all())));
        router.post(all).handler(this::create);
        router.get(one).handler(ctx -> Json.send(ctx, 200, Json.print(existing(ctx))));
        router.put(one).handler(this::replace);
        router.delete(one).handler(this::delete);
    }

    private void create(RoutingContext ctx) {
        T draft = read(ctx, Json.body(ctx), Optional.empty());
        if (store.size() >= limit) {
            throw HttpProblem.of(
                    409,
                    plural,
                    "there are " + limit + " already, the most allowed; delete one, or raise segwatch.dashboard.max-"
                            + plural);
        }
        String id = idOf(draft);
        if (id.isEmpty()) {
            id = Slug.of(nameOf(draft), kind, taken -> !store.reserve(taken));
        } else if (!store.reserve(id)) {
            throw HttpProblem.of(409, "id", "there is a " + kind + " " + id + " already; change it with PUT");
        }
        String reserved = id;
        T definition = complete(ctx, withId(draft, id));
        checked(definition, reserved, Optional.empty());
        beforeWrite(ctx, definition)
                .compose(ready -> store.put(reserved, definition))
                .onComplete(done -> store.release(reserved))
                .onSuccess(stored -> {
                    ctx.response().putHeader("Location", "/api/" + plural + "/" + reserved);
                    Json.send(ctx, 201, Json.print(definition));
                })
                .onFailure(ctx::fail);
    }

    private void replace(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        Optional<T> old = replaceable(ctx);
        T draft = read(ctx, Json.body(ctx), old);
        if (!idOf(draft).isEmpty() && !idOf(draft).equals(id)) {
            throw HttpProblem.badInput("id", "is " + idOf(draft) + ", but the address names " + id);
        }
        T definition = complete(ctx, withId(draft, id));
        checked(definition, id, old);
        beforeWrite(ctx, definition)
                .compose(ready -> store.put(id, definition))
                .onSuccess(stored -> Json.send(ctx, 200, Json.print(definition)))
                .onFailure(ctx::fail);
    }

    private void delete(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        replaceable(ctx);
        store.delete(id)
                .compose(gone -> afterDelete(id))
                .onSuccess(gone -> ctx.response().setStatusCode(204).end())
                .onFailure(ctx::fail);
    }

    /** What is there to replace or delete; empty for a definition that is refused and can so be mended. */
    private Optional<T> replaceable(RoutingContext ctx) {
        return store.refused(ctx.pathParam("id")).isPresent() ? Optional.empty() : Optional.of(existing(ctx));
    }

    private T existing(RoutingContext ctx) {
        String id = ctx.pathParam("id");
        return store.get(id).orElseThrow(() -> missing(id));
    }

    private HttpProblem missing(String id) {
        return store.refused(id)
                .map(problems -> HttpProblem.of(
                        404,
                        "id",
                        "names a " + kind + " that another program wrote and that is not valid ("
                                + Problem.describe(problems) + "); replace it with PUT, or delete it"))
                .orElseGet(() -> HttpProblem.notFound(kind, id));
    }

    private void checked(T definition, String id, Optional<T> old) {
        List<Problem> problems = check(definition);
        if (problems.isEmpty()) {
            problems = missing(definition, old);
        }
        if (!problems.isEmpty()) {
            store.release(id);
            throw HttpProblem.badInput(problems);
        }
    }
}
