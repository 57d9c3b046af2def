package io.segwatch.bench.alerts;

import io.segwatch.v1.Alert;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Alerts against what was truly there. A visit that is due wants one alert, opened while it lasts or within two seconds
 * of its end; every other one that opens is wrong, a second one for the same visit too.
 */
final class MatchCounts {
    private static final long LATEST_MS = 2_000;

    private int due;
    private int found;
    private int wrong;
    private final List<Long> delaysMs = new ArrayList<>();

    void count(List<GroundTruth> visits, List<Alert> alerts) {
        List<Long> opened = new ArrayList<>(alerts.stream()
                .filter(alert -> alert.getState() == Alert.State.OPEN)
                .map(Alert::getAtMs)
                .toList());
        for (GroundTruth visit : visits) {
            if (visit.due()) {
                due++;
                opened.stream()
                        .filter(at -> at >= visit.fromMs() && at < visit.toMs() + LATEST_MS)
                        .findFirst()
                        .ifPresent(at -> {
                            found++;
                            delaysMs.add(at - visit.fromMs());
                            opened.remove(at);
                        });
            }
        }
        wrong += opened.size();
    }

    void add(MatchCounts other) {
        due += other.due;
        found += other.found;
        wrong += other.wrong;
        delaysMs.addAll(other.delaysMs);
    }

    int due() {
        return due;
    }

    int opened() {
        return found + wrong;
    }

    /** Share of the alerts that were right; 1 when there was none. */
    double precision() {
        return opened() == 0 ? 1 : (double) found / opened();
    }

    /** Share of the visits that are due that got their alert; 1 when there was none. */
    double recall() {
        return due == 0 ? 1 : (double) found / due;
    }

    /** From the thing's touching the picture to the alert, which {@code share} of the alerts took at most; 0..1. */
    long delayMs(double share) {
        if (delaysMs.isEmpty()) {
            return 0;
        }
        Collections.sort(delaysMs);
        return delaysMs.get((int) Math.min(delaysMs.size() - 1, share * delaysMs.size()));
    }
}
