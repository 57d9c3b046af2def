package io.segwatch.inference.search;

import io.segwatch.contracts.Topic;
import io.segwatch.kafka.PastRecords;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Erasure;
import io.segwatch.v1.Query;
import io.segwatch.v1.Zone;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The cameras of a search as they are defined now, and what of them was erased. For one thread. */
final class SearchedCameras {
    private final Map<String, ZoneCells> zones = new HashMap<>();
    private final Map<String, Camera> cameras;
    private final Map<String, Erasure> erasures;

    /**
     * @param zone of the one camera; empty for the whole frame
     * @throws IllegalArgumentException when the camera has no such zone
     */
    SearchedCameras(PastRecords records, List<String> ids, String zone) {
        this.cameras = records.latest(Topic.CAMERAS);
        this.erasures = records.latest(Topic.ERASURES);
        for (String id : ids) {
            Camera camera = cameras.getOrDefault(id, Camera.getDefaultInstance());
            zones.put(id, new ZoneCells(camera, zone.isEmpty() ? Optional.empty() : Optional.of(zoneOf(camera, zone))));
        }
    }

    private static Zone zoneOf(Camera camera, String id) {
        return camera.getZonesList().stream()
                .filter(zone -> zone.getId().equals(id) && zone.getKind() != Zone.Kind.EXCLUDE)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("zone: the camera has no zone " + id));
    }

    ZoneCells zone(String camera) {
        return zones.get(camera);
    }

    /** Whether what is known of the camera at this moment, event time, was erased. */
    boolean hides(String camera, long atMs) {
        Erasure erasure = erasures.get(camera);
        return erasure != null && atMs < erasure.getBeforeMs();
    }

    /** What live queries of these words find usual, by camera. */
    Map<String, LiveUsual> usual(PastRecords records, Query words, String zone) {
        return LiveUsual.of(records, words, cameras, zone);
    }
}
