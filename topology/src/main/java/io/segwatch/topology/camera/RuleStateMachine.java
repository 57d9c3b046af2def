package io.segwatch.topology.camera;

import io.segwatch.topology.state.CameraState.RuleState;
import io.segwatch.v1.Alert;
import io.segwatch.v1.FrameId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One rule on one camera: idle, waiting out its dwell, open, or waiting out its exit dwell. It moves in event time
 * alone, so that the same frames give the same alerts, live, after a restart and in a backtest.
 */
final class RuleStateMachine {
    private static final long HOUR_MS = 3_600_000;
    private static final int ID_LENGTH = 32;

    private final String camera;
    private final CameraProcessor.Options options;
    private final KOfN recent;
    /** All but the recent frames, which {@link #toState} adds. */
    private final RuleState.Builder state;

    private CompiledRule rule;
    private boolean dirty;

    RuleStateMachine(String camera, CompiledRule rule, CameraProcessor.Options options) {
        this(camera, rule, options, RuleState.getDefaultInstance());
    }

    /** @param saved what {@link #toState} gave */
    RuleStateMachine(String camera, CompiledRule rule, CameraProcessor.Options options, RuleState saved) {
        this.camera = camera;
        this.rule = rule;
        this.options = options;
        this.recent = new KOfN(rule.rule.getN());
        this.state = saved.toBuilder();
        recent.load(saved);
        replace(rule);
    }

    CompiledRule rule() {
        return rule;
    }

    /** The rule was given another name, or another rule's signals moved: goes on where it is. */
    void replace(CompiledRule sameRule) {
        rule = sameRule;
        state.setRule(rule.definition).setZoneNameBytes(rule.zoneNameBytes);
    }

    void frame(long atMs, FrameId frame, double[] signals, Consumer<Alert> out) {
        advance(atMs, out);
        boolean wasIdle = isIdle();
        if (!rule.armed.at(atMs)) {
            end(atMs, "the rule's schedule has ended", out);
        } else if (rule.answered(signals)) {
            state.setAnsweredAtMs(atMs)
                    .setEpoch(frame.getEpoch())
                    .setSequence(frame.getSequence())
                    .setValue(rule.value(signals));
            boolean holds = rule.holds(signals, state.getOpen());
            boolean met = recent.add(holds, rule.rule.getK());
            if (state.getOpen()) {
                whileOpen(atMs, met, signals, out);
            } else {
                whileClosed(atMs, met, holds, signals, out);
            }
        }
        dirty |= !wasIdle || !isIdle();
    }

    /** Event time has come to {@code nowMs}, with or without a frame. */
    void advance(long nowMs, Consumer<Alert> out) {
        if (state.hasAnsweredAtMs() && nowMs - state.getAnsweredAtMs() > options.alertSilenceMs() && isActive()) {
            String silence = "no frame answered the rule for " + seconds(options.alertSilenceMs());
            end(state.getAnsweredAtMs() + options.alertSilenceMs(), silence, out);
            dirty = true;
        }
        if (state.hasCooldownUntilMs() && nowMs >= state.getCooldownUntilMs()) {
            state.clearCooldownUntilMs();
            dirty = true;
        }
        if (state.hasHourStartMs() && nowMs >= state.getHourStartMs() + HOUR_MS) {
            endHour(out);
        }
    }

    /** The rule was removed, or replaced by another. */
    void retire(String why, Consumer<Alert> out) {
        end(state.getAnsweredAtMs(), why, out);
        if (state.hasHourStartMs()) {
            endHour(out);
        }
    }

    /** Opens at a frame that {@code holds} by itself, so that the alert's value and evidence show what it is about. */
    private void whileClosed(long atMs, boolean met, boolean holds, double[] signals, Consumer<Alert> out) {
        if (!met) {
            state.clearMetSinceMs();
            return;
        }
        if (!state.hasMetSinceMs()) {
            state.setMetSinceMs(atMs);
        }
        long metMs = atMs - state.getMetSinceMs();
        if (!holds || metMs < rule.dwellMs || state.hasCooldownUntilMs()) {
            return;
        }
        state.setOpen(true)
                .setOpenedAtMs(atMs)
                .clearGoneSinceMs()
                .setEmittedPeak(state.getValue())
                .setAlertId(id())
                .setHeldBack(overCap(atMs));
        setPeak(atMs);
        emit(
                Alert.State.OPEN,
                atMs,
                rule.describe(signals) + " " + rule.threshold(true) + " for " + seconds(metMs),
                out);
    }

    private void whileOpen(long atMs, boolean met, double[] signals, Consumer<Alert> out) {
        if (further(state.getValue(), state.getPeak())) {
            setPeak(atMs);
        }
        if (met) {
            state.clearGoneSinceMs();
            emitPeak(atMs, signals, out);
            return;
        }
        if (!state.hasGoneSinceMs()) {
            state.setGoneSinceMs(atMs);
        }
        long goneMs = atMs - state.getGoneSinceMs();
        if (goneMs >= rule.rule.getExitDwellMs()) {
            end(atMs, rule.describe(signals) + " " + rule.threshold(false) + " for " + seconds(goneMs), out);
        }
    }

    private void setPeak(long atMs) {
        state.setPeak(state.getValue())
                .setPeakEpoch(state.getEpoch())
                .setPeakSequence(state.getSequence())
                .setPeakAtMs(atMs);
    }

    private void emitPeak(long atMs, double[] signals, Consumer<Alert> out) {
        double peak = state.getPeak();
        if (further(peak, state.getEmittedPeak() + rule.minPeakIncrease())
                && atMs - state.getEmittedAtMs() >= options.updateEveryMs()) {
            state.setEmittedPeak(peak);
            emit(Alert.State.UPDATE, atMs, rule.describe(signals) + "; peak " + rule.number(peak), out);
        }
    }

    private void end(long atMs, String why, Consumer<Alert> out) {
        if (state.getOpen()) {
            String reason = why + "; it was open for " + seconds(atMs - state.getOpenedAtMs()) + ", peak "
                    + rule.number(state.getPeak());
            emit(Alert.State.CLOSE, atMs, reason, out);
            if (rule.rule.getCooldownMs() > 0) {
                state.setCooldownUntilMs(atMs + rule.rule.getCooldownMs());
            }
        }
        state.clearOpen().clearHeldBack().clearAlertId().clearMetSinceMs().clearGoneSinceMs();
        state.clearPeakEpoch().clearPeakSequence().clearPeakAtMs();
        recent.clear();
    }

    /** For an absence the furthest value is the lowest. */
    private boolean further(double a, double b) {
        return rule.rule.getBelow() ? a < b : a > b;
    }

    private boolean overCap(long atMs) {
        int cap = rule.rule.getMaxAlertsPerHour();
        if (cap == 0) {
            return false;
        }
        if (!state.hasHourStartMs()) {
            state.setHourStartMs(atMs);
        }
        if (state.getOpenedInHour() < cap) {
            state.setOpenedInHour(state.getOpenedInHour() + 1);
            return false;
        }
        state.setHeldBackInHour(state.getHeldBackInHour() + 1);
        return true;
    }

    private void endHour(Consumer<Alert> out) {
        int heldBack = state.getHeldBackInHour();
        long startMs = state.getHourStartMs();
        if (heldBack > 0) {
            String reason = heldBack + " further alerts were held back within an hour (at most "
                    + rule.rule.getMaxAlertsPerHour() + " are sent)";
            out.accept(alert(Alert.State.DIGEST, startMs + HOUR_MS, reason)
                    .setId(hash(rule.rule.getId() + '\n' + camera + "\ndigest\n" + startMs))
                    .setOpenedAtMs(startMs)
                    .setHeldBack(heldBack)
                    .build());
        }
        state.clearHourStartMs().clearOpenedInHour().clearHeldBackInHour();
        dirty = true;
    }

    private void emit(Alert.State change, long atMs, String reason, Consumer<Alert> out) {
        state.setEmittedAtMs(atMs);
        if (!state.getHeldBack()) {
            Alert.Builder alert =
                    alert(change, atMs, reason).setId(state.getAlertId()).setOpenedAtMs(state.getOpenedAtMs());
            if (change != Alert.State.OPEN) {
                alert.setDurationMs(atMs - state.getOpenedAtMs());
            }
            out.accept(alert.build());
        }
    }

    /** The alert that is open, as it stands; empty for one that is held back. */
    Optional<Alert> current() {
        if (!state.getOpen() || state.getHeldBack()) {
            return Optional.empty();
        }
        long openMs = state.getAnsweredAtMs() - state.getOpenedAtMs();
        String reason = "open for " + seconds(openMs) + ", peak " + rule.number(state.getPeak());
        return Optional.of(alert(Alert.State.UPDATE, state.getAnsweredAtMs(), reason)
                .setId(state.getAlertId())
                .setOpenedAtMs(state.getOpenedAtMs())
                .setDurationMs(openMs)
                .build());
    }

    private Alert.Builder alert(Alert.State change, long atMs, String reason) {
        Alert.Builder alert = Alert.newBuilder()
                .setRule(rule.rule.getId())
                .setRuleName(rule.rule.getName())
                .setCamera(camera)
                .setZone(rule.rule.getZone())
                .setState(change)
                .setAtMs(atMs)
                .setValue(state.getValue())
                .setPeak(state.getPeak())
                .setReason(reason)
                .setEvidence(frame(state.getEpoch(), state.getSequence()))
                .setEvidenceAtMs(state.getAnsweredAtMs());
        if (change != Alert.State.DIGEST && state.hasPeakAtMs()) {
            alert.setPeakFrame(frame(state.getPeakEpoch(), state.getPeakSequence()))
                    .setPeakAtMs(state.getPeakAtMs());
        }
        return alert;
    }

    private FrameId frame(long epoch, long sequence) {
        return FrameId.newBuilder()
                .setCamera(camera)
                .setEpoch(epoch)
                .setSequence(sequence)
                .build();
    }

    private String id() {
        return hash(rule.rule.getId() + '\n' + camera + '\n' + state.getEpoch() + '\n' + state.getSequence());
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, ID_LENGTH / 2);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.1f s", ms / 1_000.0);
    }

    /** Open, or on its way there. */
    private boolean isActive() {
        return state.getOpen() || state.hasMetSinceMs() || !recent.isEmpty();
    }

    /** As a new one: there is nothing to keep. */
    boolean isIdle() {
        return !isActive() && !state.hasCooldownUntilMs() && !state.hasHourStartMs();
    }

    /** Whether the state has changed since the last call. */
    boolean clearDirty() {
        boolean was = dirty;
        dirty = false;
        return was;
    }

    RuleState toState() {
        recent.saveTo(state);
        return state.build();
    }
}
