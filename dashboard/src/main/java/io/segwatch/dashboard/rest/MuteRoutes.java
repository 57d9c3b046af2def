package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Definitions;
import io.segwatch.contracts.Muting;
import io.segwatch.contracts.Problem;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.store.DefinitionStore;
import io.segwatch.v1.Mute;
import io.segwatch.v1.MutedSpan;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code /api/mutes}: cameras and rules of whose alerts nobody is told for a while. */
final class MuteRoutes {
    private final DefinitionStores stores;
    private final DefinitionStore<Mute> mutes;

    MuteRoutes(DefinitionStores stores) {
        this.stores = stores;
        this.mutes = stores.mutes();
    }

    void bind(Operations operations) {
        operations.on("list-mutes", this::list);
        operations.on("mute", this::mute);
        operations.on("end-mute", this::end);
    }

    private void list(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        List<Mute> seen = mutes.all().stream()
                .filter(mute -> stores.camerasOfMuted(mute.getId())
                        .filter(cameras -> CameraScope.sees(principal, cameras))
                        .isPresent())
                .toList();
        Json.send(ctx, 200, Json.list("mutes", seen));
    }

    private void mute(RoutingContext ctx) {
        String id = muted(ctx);
        JsonObject body = Validated.body(ctx);
        change(ctx, id, old -> {
            long now = System.currentTimeMillis();
            MutedSpan span = MutedSpan.newBuilder()
                    .setFromMs(now)
                    .setUntilMs(until(body, now))
                    .setBy(Principal.of(ctx).name())
                    .build();
            return Muting.begin(old, id, span);
        });
    }

    private void end(RoutingContext ctx) {
        String id = muted(ctx);
        change(ctx, id, old -> {
            long now = System.currentTimeMillis();
            Mute running = old.filter(mute -> Muting.isRunning(mute, now))
                    .orElseThrow(() -> HttpProblem.of(404, "id", "is not muted"));
            return Muting.end(running, now);
        });
    }

    private void change(RoutingContext ctx, String id, Function<Optional<Mute>, Mute> next) {
        mutes.inTurn(id, () -> {
                    Mute mute = next.apply(mutes.get(id));
                    List<Problem> problems = Definitions.check(mute);
                    return problems.isEmpty()
                            ? mutes.put(id, mute).map(mute)
                            : Future.<Mute>failedFuture(HttpProblem.badInput(problems));
                })
                .onSuccess(mute -> Json.send(ctx, 200, Json.object(mute)))
                .onFailure(ctx::fail);
    }

    /**
     * The mute's id, of something that is there and that this person may change.
     *
     * @throws HttpProblem (404, 403) when they may not
     */
    private String muted(RoutingContext ctx) {
        String kind = Validated.path(ctx, "kind");
        String id = Validated.path(ctx, "id");
        Principal principal = Principal.of(ctx);
        String muted = kind + "/" + id;
        List<String> cameras = stores.camerasOfMuted(muted)
                .filter(of -> CameraScope.sees(principal, of))
                .orElseThrow(() -> HttpProblem.notFound(kind, id));
        CameraScope.checkChange(principal, cameras);
        return muted;
    }

    /** 0 for until somebody ends it. */
    private static long until(JsonObject body, long now) {
        Integer minutes = body.getInteger("minutes");
        boolean morning = body.getBoolean("untilMorning", false);
        if (minutes != null && morning) {
            throw HttpProblem.badInput("minutes", "cannot be given together with untilMorning");
        }
        if (minutes != null) {
            return now + Duration.ofMinutes(minutes).toMillis();
        }
        return morning ? Muting.morning(now, zone(body.getString("timeZone", "UTC"))) : 0;
    }

    private static ZoneId zone(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException e) {
            throw HttpProblem.badInput("timeZone", "is no time zone; give for example Europe/Berlin or UTC");
        }
    }
}
