package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.audit.AuditLog;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.past.Searcher;
import io.segwatch.v1.Query;
import io.segwatch.v1.SearchEvent;
import io.segwatch.v1.SearchFailure;
import io.segwatch.v1.SearchHeat;
import io.segwatch.v1.SearchRequest;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code /api/search}, a stream of what is found, {@code /api/search/heat} and {@code /api/search/prepare}. */
final class SearchRoutes {
    private static final Logger log = LoggerFactory.getLogger(SearchRoutes.class);
    /** Each reads and scores as fast as it can. */
    private static final int MAX_AT_ONCE = 2;

    private static final int MAX_EACH = 4;
    private static final int MAX_HEATS = 2;
    private static final int MAX_HEATS_EACH = 8;
    /** What a request names may be searched without, as in a stored query. */
    private static final String DRAFT = "search";

    private final Optional<Searcher> searcher;
    private final DefinitionStores stores;
    private final BoundedWork searches;
    private final BoundedWork heats;

    SearchRoutes(Vertx vertx, Optional<Searcher> searcher, DefinitionStores stores) {
        this.searcher = searcher;
        this.stores = stores;
        this.searches = new BoundedWork(vertx, "search", MAX_AT_ONCE, MAX_EACH);
        this.heats = new BoundedWork(vertx, "heat", MAX_HEATS, MAX_HEATS_EACH);
    }

    void bind(Operations operations) {
        operations.on("search", this::search);
        operations.on("search-heat", this::heat);
        operations.on("prepare-search", this::prepare);
    }

    private Searcher searcher() {
        return searcher.orElseThrow(() -> HttpProblem.of(
                501,
                "search",
                "needs the words of a model, and this process finds none: set segwatch.inference.model to the model's"
                        + " directory where the role dashboard runs"));
    }

    private void prepare(RoutingContext ctx) {
        searcher().prepare();
        ctx.response().setStatusCode(202).end();
    }

    private void search(RoutingContext ctx) {
        Searcher engine = searcher();
        SearchRequest request = request(ctx);
        if (request.getCamerasCount() == 1) {
            AuditLog.about(ctx, request.getCameras(0));
        }
        EventLines lines = new EventLines(ctx);
        searches.run(ctx, () -> {
                    engine.search(request, event -> tell(lines, event), lines::isGone);
                    return null;
                })
                .onSuccess(done -> lines.end())
                .onFailure(failure -> fail(ctx, lines, failure));
    }

    /** A camera may be erased while its past is searched. */
    private void tell(EventLines lines, SearchEvent event) {
        boolean erased = event.hasMoment()
                && stores.hides(event.getMoment().getCamera(), event.getMoment().getFromMs());
        if (!erased) {
            lines.write(event);
        }
    }

    private void fail(RoutingContext ctx, EventLines lines, Throwable failure) {
        if (!lines.hasBegun()) {
            ctx.fail(
                    failure instanceof IllegalArgumentException
                            ? HttpProblem.badInput(problem(failure.getMessage()))
                            : failure);
            return;
        }
        log.error("A search failed", failure);
        lines.write(SearchEvent.newBuilder()
                .setFailure(SearchFailure.newBuilder()
                        .setCause(SearchFailure.Cause.BROKEN)
                        .setDetail("The search failed; the service's log says why"))
                .build());
        lines.end();
    }

    /** What is said of a request begins with the field. */
    static List<Problem> problem(String message) {
        int colon = message.indexOf(": ");
        String field = colon > 0 ? message.substring(0, colon) : "";
        return field.matches("[a-zA-Z][a-zA-Z0-9.\\[\\]]*")
                ? List.of(new Problem(field, message.substring(colon + 2)))
                : List.of(new Problem("request", message));
    }

    private SearchRequest request(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        SearchRequest.Builder request = Json.read(Validated.body(ctx), SearchRequest.newBuilder());
        if (request.getCamerasCount() == 0) {
            stores.cameras().all().forEach(camera -> {
                if (principal.sees(camera.getId())) {
                    request.addCameras(camera.getId());
                }
            });
        }
        List<Problem> problems = new ArrayList<>(
                DefinitionKind.missing("camera", request.getCamerasList(), List.of(), id -> isSeen(principal, id)));
        if (request.hasLike() && !isSeen(principal, request.getLike().getCamera())) {
            problems.add(new Problem(
                    "like.camera",
                    HttpProblem.missing("camera", request.getLike().getCamera())));
        }
        if (request.hasQuery()) {
            request.setQuery(named(request.getQuery()));
        }
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        return request.build();
    }

    private boolean isSeen(Principal principal, String camera) {
        return principal.sees(camera) && stores.cameras().has(camera);
    }

    private static Query named(Query query) {
        return query.getId().isEmpty() ? query.toBuilder().setId(DRAFT).build() : query;
    }

    private void heat(RoutingContext ctx) {
        Searcher engine = searcher();
        JsonObject body = Validated.body(ctx);
        Query query =
                named(Json.read(body.getJsonObject("query"), Query.newBuilder()).build());
        List<Problem> problems = Definitions.check(query).stream()
                .map(problem -> new Problem("query." + problem.field(), problem.message()))
                .toList();
        if (!problems.isEmpty()) {
            throw HttpProblem.badInput(problems);
        }
        String camera = body.getString("camera");
        if (!stores.cameras().has(camera)) {
            throw HttpProblem.badInput("camera", HttpProblem.missing("camera", camera));
        }
        AuditLog.about(ctx, camera);
        long atMs = number(body, "capturedAtMs");
        heats.run(
                        ctx,
                        () -> stores.hides(camera, atMs)
                                ? Optional.<SearchHeat>empty()
                                : engine.heat(query, camera, number(body, "epoch"), number(body, "sequence"), atMs))
                .onSuccess(heat -> {
                    if (heat.isPresent()) {
                        Json.send(ctx, 200, Json.object(heat.get()));
                    } else {
                        ctx.fail(HttpProblem.of(404, "frame", ThumbnailRoutes.GONE));
                    }
                })
                .onFailure(failure -> ctx.fail(
                        failure instanceof IllegalArgumentException
                                ? HttpProblem.badInput(problem(failure.getMessage()))
                                : failure));
    }

    /** 64-bit integers are strings in protobuf's JSON; a number will do. */
    private static long number(JsonObject body, String field) {
        try {
            return Long.parseLong(String.valueOf(body.getValue(field, 0)));
        } catch (NumberFormatException e) {
            throw HttpProblem.badInput(field, "must be a whole number");
        }
    }
}
