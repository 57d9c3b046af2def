package io.segwatch.dashboard.rest;

import io.segwatch.dashboard.access.AccessRule;
import io.segwatch.dashboard.http.HttpProblem;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.OpenAPIRoute;
import io.vertx.ext.web.openapi.router.RequestExtractor;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.OpenAPIContract;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.contract.Path;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.ValidatorException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The handlers of the operations that the API's document describes, and the router that the document makes of them. */
final class Operations {
    private static final RequestExtractor extractor = RequestExtractor.withBodyHandler();

    private final Map<String, Handler<RoutingContext>> handlers = new LinkedHashMap<>();

    /** Handlers run on the event loop, after the document has accepted the request's parameters and body. */
    Operations on(String operationId, Handler<RoutingContext> handler) {
        handlers.put(operationId, handler);
        return this;
    }

    /**
     * Every path and method of the document with its handler; a method that a path has not is answered with 405, a path
     * under {@code /api} that the document has not with 404. Bodies must have been read.
     *
     * @param cameraExists tells whether there is a camera of this id
     * @param reached hears of each operation that a request comes to
     * @throws IllegalStateException when an operation has no handler, or a handler no operation, or the document does
     *     not say who may use an operation
     */
    Router router(
            Vertx vertx,
            OpenAPIContract document,
            Predicate<String> cameraExists,
            BiConsumer<RoutingContext, String> reached) {
        checkComplete(document);
        RouterBuilder builder = RouterBuilder.create(vertx, document, Operations::extract);
        builder.getRoutes().forEach(route -> bind(route, cameraExists, reached));
        Router router = builder.createRouter();
        for (Path path : document.getPaths()) {
            String methods = methods(path.getName(), document);
            router.route(path.getName().replaceAll("\\{(\\w+)}", ":$1")).handler(ctx -> refuseMethod(ctx, methods));
        }
        router.route("/api/*").handler(ctx -> ctx.fail(404));
        return router;
    }

    /** Also those of a path with a parameter that {@code path} could be the value of, as a rule's id. */
    private static String methods(String path, OpenAPIContract document) {
        return document.getPaths().stream()
                .filter(other -> path.matches(other.getName().replaceAll("\\{\\w+}", "[^/]+")))
                .flatMap(other -> other.getOperations().stream())
                .map(operation -> operation.getHttpMethod().name())
                .collect(Collectors.joining(", "));
    }

    private void checkComplete(OpenAPIContract document) {
        Set<String> described = document.operations().stream()
                .map(Operation::getOperationId)
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> served = new TreeSet<>(handlers.keySet());
        if (!described.equals(served)) {
            Set<String> notServed = new TreeSet<>(described);
            notServed.removeAll(served);
            served.removeAll(described);
            throw new IllegalStateException(
                    "openapi.json and the server differ: described only " + notServed + ", served only " + served);
        }
    }

    private void bind(OpenAPIRoute route, Predicate<String> cameraExists, BiConsumer<RoutingContext, String> reached) {
        Operation operation = route.getOperation();
        AccessRule rule = AccessRule.of(operation.getOperationId(), operation.getOpenAPIModel());
        if (operation.getResponse(101) != null) {
            // The library validates on another thread, and meanwhile the request is read to its end: too late for a
            // WebSocket. Its parameters are any text.
            route.setDoValidation(false).addHandler(ctx -> {
                checkNames(ctx, operation);
                ctx.next();
            });
        }
        route.addHandler(ctx -> {
                    ApiMetrics.route(ctx, operation.getOperationId());
                    reached.accept(ctx, operation.getOperationId());
                    rule.check(ctx, cameraExists);
                    ctx.next();
                })
                .addHandler(handlers.get(operation.getOperationId()))
                .addFailureHandler(Operations::explain)
                // Every request has passed the access handler, and its operation's rule.
                .setDoSecurity(false);
    }

    private static Future<ValidatableRequest> extract(RoutingContext ctx, Operation operation) {
        try {
            checkNames(ctx, operation);
        } catch (HttpProblem unknown) {
            return Future.failedFuture(unknown);
        }
        return extractor.extractValidatableRequest(ctx, operation);
    }

    /** The validator passes over parameters that the document does not name: a misspelt one would be lost. */
    private static void checkNames(RoutingContext ctx, Operation operation) {
        Set<String> known = operation.getParameters().stream()
                .filter(parameter -> parameter.getIn() == Location.QUERY)
                .map(Parameter::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        MultiMap given = ctx.queryParams();
        for (String name : given.names()) {
            if (!known.contains(name)) {
                String remedy = known.isEmpty() ? ", which has none" : "; it has " + String.join(", ", known);
                throw HttpProblem.badInput(name, "is no parameter of this request" + remedy);
            }
            if (given.getAll(name).size() > 1) {
                throw HttpProblem.badInput(name, "is given more than once");
            }
        }
    }

    private static void explain(RoutingContext ctx) {
        // The library wraps what its validator throws.
        if (ctx.failure() != null && ctx.failure().getCause() instanceof ValidatorException invalid) {
            ValidationProblem.of(invalid).send(ctx.response());
        } else {
            ctx.next();
        }
    }

    private static void refuseMethod(RoutingContext ctx, String methods) {
        ctx.response().putHeader("Allow", methods);
        ctx.fail(HttpProblem.of(
                405, "method", ctx.request().method() + " is not possible here; this path has " + methods));
    }
}
