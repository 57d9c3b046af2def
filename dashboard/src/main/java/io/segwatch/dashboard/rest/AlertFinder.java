package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Muting;
import io.segwatch.dashboard.access.Principal;
import io.segwatch.dashboard.alerts.AlertArchive;
import io.segwatch.dashboard.alerts.AlertEntry;
import io.segwatch.dashboard.http.HttpProblem;
import io.segwatch.dashboard.http.Json;
import io.segwatch.dashboard.live.Live;
import io.segwatch.v1.Alert;
import io.segwatch.v1.AlertReview;
import io.segwatch.v1.Camera;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds alerts as a request asks for them, and tells them with what people made of them. Threadsafe. */
final class AlertFinder {
    private final AlertArchive archive;
    private final Live live;
    private final DefinitionStores stores;

    AlertFinder(AlertArchive archive, Live live, DefinitionStores stores) {
        this.archive = archive;
        this.live = live;
        this.stores = stores;
    }

    /** What the parameters of a request ask for, of what its sender may see. */
    Predicate<AlertEntry> wanted(RoutingContext ctx) {
        Principal principal = Principal.of(ctx);
        String camera = Validated.query(ctx, "camera", "");
        String rule = Validated.query(ctx, "rule", "");
        String state = Validated.query(ctx, "state", "");
        String review = Validated.query(ctx, "review", "");
        long from = Validated.number(ctx, "from", 0);
        long to = Validated.number(ctx, "to", Long.MAX_VALUE);
        return entry -> isSeen(principal, entry)
                && (camera.isEmpty() || camera.equals(entry.camera()))
                && (rule.isEmpty() || rule.equals(entry.rule()))
                && (state.isEmpty() || state.equals("open") == entry.isOpen())
                && entry.openedAtMs() >= from
                && entry.openedAtMs() <= to
                && hasReview(review, entry);
    }

    private boolean isSeen(Principal principal, AlertEntry entry) {
        return principal.sees(entry.camera()) && !stores.hides(entry.camera(), entry.openedAtMs());
    }

    private boolean hasReview(String wanted, AlertEntry entry) {
        if (wanted.isEmpty()) {
            return true;
        }
        AlertReview review = stores.reviews().get(entry.id()).orElse(AlertReview.getDefaultInstance());
        return switch (wanted) {
            case "unseen" -> review.getSeenAtMs() == 0;
            case "acknowledged" -> review.getAcknowledgedAtMs() > 0;
            default -> review.getAcknowledgedAtMs() == 0;
        };
    }

    /** @throws HttpProblem (404) when there is none that this person may see */
    AlertEntry entry(RoutingContext ctx, String id) {
        return find(ctx, id).orElseThrow(() -> HttpProblem.notFound("alert", id));
    }

    Optional<AlertEntry> find(RoutingContext ctx, String id) {
        return archive.get(id).filter(entry -> isSeen(Principal.of(ctx), entry));
    }

    /** Entries, the newest first. */
    List<AlertEntry> page(Predicate<AlertEntry> wanted, Optional<AlertArchive.Cursor> after, int most) {
        return archive.find(after, wanted, most);
    }

    int count(Predicate<AlertEntry> wanted) {
        return archive.count(wanted);
    }

    /** Those of the last hours are in memory; the others are read from Kafka. Blocks for seconds. */
    List<AlertArchive.Whole> read(List<AlertEntry> entries) {
        Map<String, AlertArchive.Whole> found = new HashMap<>();
        List<AlertEntry> missing = new ArrayList<>();
        for (AlertEntry entry : entries) {
            Optional<Alert> opening = live.opening(entry.id());
            Optional<Alert> newest = live.alert(entry.id());
            if (newest.isPresent() && (opening.isPresent() || entry.opening() < 0)) {
                found.put(entry.id(), new AlertArchive.Whole(entry, opening, newest.get()));
            } else {
                missing.add(entry);
            }
        }
        archive.read(missing).forEach(whole -> found.put(whole.entry().id(), whole));
        List<AlertArchive.Whole> inOrder = new ArrayList<>();
        entries.forEach(entry -> inOrder.add(found.get(entry.id())));
        inOrder.removeAll(Collections.singleton(null));
        return inOrder;
    }

    /** The alert as it stands, with the reason why it opened, whether it was muted, and what people made of it. */
    JsonObject json(AlertArchive.Whole whole) {
        Alert alert = whole.newest();
        JsonObject json = Json.object(alert)
                .put("openedReason", whole.opening().map(Alert::getReason).orElse(""))
                .put("openedValue", whole.opening().map(Alert::getValue).orElse(alert.getPeak()))
                .put("cameraName", cameraName(alert.getCamera()))
                .put("zoneName", zoneName(alert))
                .put("muted", Muting.isMuted(alert, stores.mutes()::get));
        stores.reviews().get(alert.getId()).ifPresent(review -> json.put("review", Json.object(review)));
        return json;
    }

    Optional<AlertReview> review(String id) {
        return stores.reviews().get(id);
    }

    private String cameraName(String id) {
        return stores.cameras()
                .get(id)
                .map(Camera::getName)
                .filter(name -> !name.isEmpty())
                .orElse(id);
    }

    private String zoneName(Alert alert) {
        return stores.cameras().get(alert.getCamera()).stream()
                .flatMap(camera -> camera.getZonesList().stream())
                .filter(zone ->
                        zone.getId().equals(alert.getZone()) && !zone.getName().isEmpty())
                .map(zone -> zone.getName())
                .findFirst()
                .orElse(alert.getZone());
    }
}
