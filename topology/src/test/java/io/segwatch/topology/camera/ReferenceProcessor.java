package io.segwatch.topology.camera;

import io.segwatch.v1.Observation;
import io.segwatch.v1.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a camera's observations must lead to, written as plainly as can be: everything is kept in lists and searched
 * again for each frame. One query, the whole picture.
 */
final class ReferenceProcessor {
    private record ReferenceFrame(long atMs, double value, long sequence, boolean held) {}

    private final Rule rule;
    private final long graceMs;
    private final long silenceMs;
    private final long updateEveryMs;

    final List<String> alerts = new ArrayList<>();
    /** Values by the start of their second. */
    final Map<Long, List<Double>> seconds = new TreeMap<>();

    private final List<Long> times = new ArrayList<>();
    private final List<String> counted = new ArrayList<>();

    private long clockMs = -1;
    private long epoch;
    private long sequence;

    /** Answers since the rule last restarted, and which of them met it. */
    private final List<ReferenceFrame> answers = new ArrayList<>();

    private ReferenceFrame last;
    private ReferenceFrame opened;
    private boolean heldBack;
    private final List<ReferenceFrame> whileOpen = new ArrayList<>();
    private ReferenceFrame emitted;
    private double emittedPeak;
    private long closedAtMs = Long.MIN_VALUE / 2;
    private final List<Long> openedInHour = new ArrayList<>();
    private int heldBackInHour;

    ReferenceProcessor(Rule rule, CameraProcessor.Options options) {
        this.rule = rule;
        this.graceMs = options.graceMs();
        this.silenceMs = options.alertSilenceMs();
        this.updateEveryMs = options.updateEveryMs();
    }

    void observe(Observation observation, double value) {
        long captured = observation.getCapturedAtMs();
        long observed = observation.getObservedAtMs();
        boolean wrong = captured > observed + 1_000 || captured <= observed - 600_000;
        long atMs = wrong ? observed : captured;
        long ownEpoch = observation.getFrame().getEpoch();
        long ownSequence = observation.getFrame().getSequence();
        boolean newest = clockMs < 0 || ownEpoch > epoch || ownEpoch == epoch && ownSequence > sequence;
        if (!newest) {
            atMs = Math.min(atMs, clockMs);
        } else if (clockMs >= 0 && atMs <= clockMs) {
            atMs = clockMs + (ownEpoch == epoch ? (ownSequence - sequence) * 100 : 100);
        }
        if (newest) {
            clockMs = atMs;
            epoch = ownEpoch;
            sequence = ownSequence;
        }
        window(atMs, ownEpoch + "/" + ownSequence, value);
        if (newest) {
            frame(atMs, value, ownSequence);
        }
    }

    private void window(long atMs, String id, double value) {
        long start = atMs / 1_000 * 1_000;
        long closedUntil = times.stream()
                .mapToLong(time -> Math.floorDiv(time - graceMs, 1_000L) * 1_000)
                .max()
                .orElse(Long.MIN_VALUE);
        if (start < closedUntil || counted.contains(id + "@" + atMs)) {
            return;
        }
        counted.add(id + "@" + atMs);
        times.add(atMs);
        seconds.computeIfAbsent(start, any -> new ArrayList<>()).add(value);
    }

    private void frame(long atMs, double value, long ownSequence) {
        pass(atMs);
        ReferenceFrame frame = new ReferenceFrame(atMs, value, ownSequence, opened != null);
        last = frame;
        answers.add(frame);
        boolean met = met(answers.size() - 1);
        if (opened == null) {
            boolean longEnough = atMs - runOf(true) >= rule.getDwellMs();
            if (met && meets(frame) && longEnough && atMs >= closedAtMs + rule.getCooldownMs()) {
                open(frame);
            }
            return;
        }
        whileOpen.add(frame);
        if (met && further(peak(), emittedPeak) && atMs - emitted.atMs() >= updateEveryMs) {
            emittedPeak = peak();
            emit("UPDATE", frame, atMs);
        }
        if (!met && atMs - runOf(false) >= rule.getExitDwellMs()) {
            close(atMs);
        }
    }

    /** What the mere passing of time does. */
    private void pass(long nowMs) {
        if (last != null && nowMs - last.atMs() > silenceMs) {
            close(last.atMs() + silenceMs);
        }
        if (!openedInHour.isEmpty() && nowMs >= openedInHour.get(0) + 3_600_000) {
            if (heldBackInHour > 0) {
                alerts.add("DIGEST@" + (openedInHour.get(0) + 3_600_000) + " of " + heldBackInHour);
            }
            openedInHour.clear();
            heldBackInHour = 0;
        }
    }

    private void open(ReferenceFrame frame) {
        opened = frame;
        whileOpen.clear();
        whileOpen.add(frame);
        emittedPeak = frame.value();
        heldBack = false;
        if (rule.getMaxAlertsPerHour() > 0) {
            heldBack = openedInHour.size() >= rule.getMaxAlertsPerHour();
            heldBackInHour += heldBack ? 1 : 0;
            if (!heldBack) {
                openedInHour.add(frame.atMs());
            }
        }
        emit("OPEN", frame, frame.atMs());
    }

    private void close(long atMs) {
        if (opened != null) {
            emit("CLOSE", last, atMs);
            closedAtMs = atMs;
        }
        opened = null;
        answers.clear();
    }

    private void emit(String state, ReferenceFrame frame, long atMs) {
        emitted = new ReferenceFrame(atMs, frame.value(), frame.sequence(), true);
        if (!heldBack) {
            alerts.add(state + "@" + atMs + " of " + opened.atMs() + " at " + frame.sequence() + " value "
                    + frame.value() + " peak " + peak());
        }
    }

    private double peak() {
        return whileOpen.stream()
                .map(ReferenceFrame::value)
                .reduce((a, b) -> further(b, a) ? b : a)
                .orElseThrow();
    }

    private boolean further(double a, double b) {
        return rule.getBelow() ? a < b : a > b;
    }

    /** K of the N answers up to this one meet the threshold that held when each came. */
    private boolean met(int index) {
        if (rule.getN() == 0) {
            return meets(answers.get(index));
        }
        return answers.subList(Math.max(0, index + 1 - rule.getN()), index + 1).stream()
                        .filter(this::meets)
                        .count()
                >= rule.getK();
    }

    private boolean meets(ReferenceFrame frame) {
        double threshold = frame.held() ? rule.getExit() : rule.getEnter();
        return rule.getBelow() ? frame.value() <= threshold : frame.value() >= threshold;
    }

    /** Since when the rule has been met, or not been met, without a break, while it was as open as it is now. */
    private long runOf(boolean wanted) {
        int index = answers.size() - 1;
        while (index > 0
                && met(index - 1) == wanted
                && answers.get(index - 1).held() == answers.get(index).held()) {
            index--;
        }
        return answers.get(index).atMs();
    }
}
