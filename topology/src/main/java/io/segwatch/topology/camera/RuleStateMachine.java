package io.segwatch.topology.camera;

import io.segwatch.v1.Alert;
import io.segwatch.v1.FrameId;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One rule on one camera: quiet, waiting out its dwell, open, or waiting out its exit dwell. It moves in event time
 * alone, so that the same frames give the same alerts, live, after a restart and in a backtest.
 */
final class RuleStateMachine {
    private static final long NEVER = -1;
    private static final long HOUR_MS = 3_600_000;
    private static final int ID_LENGTH = 32;

    private final String camera;
    private final CameraProcessor.Options options;
    private CompiledRule watched;
    private final KOfN recent;

    private boolean open;
    /** Open beyond the cap on alerts an hour: nothing is said about it. */
    private boolean heldBack;

    private long metSinceMs = NEVER;
    private long goneSinceMs = NEVER;
    private long answeredAtMs = NEVER;
    private long openedAtMs;
    private long saidAtMs;
    private long cooldownUntilMs = NEVER;
    private long hourStartMs = NEVER;
    private int openedInHour;
    private int heldBackInHour;
    private double value;
    private double peak;
    private double saidPeak;
    private String alertId = "";
    private long epoch;
    private long sequence;
    private boolean unsaved;

    RuleStateMachine(String camera, CompiledRule watched, CameraProcessor.Options options) {
        this.camera = camera;
        this.watched = watched;
        this.options = options;
        this.recent = new KOfN(watched.rule.getN());
    }

    CompiledRule watched() {
        return watched;
    }

    /** The rule was given another name, or another rule's signals moved: goes on where it is. */
    void replace(CompiledRule sameRule) {
        watched = sameRule;
    }

    void frame(long atMs, FrameId frame, double[] signals, Consumer<Alert> out) {
        advance(atMs, out);
        boolean quiet = isQuiet();
        if (!watched.armed.at(atMs)) {
            end(atMs, "the rule's schedule has ended", out);
        } else if (watched.answered(signals)) {
            answeredAtMs = atMs;
            epoch = frame.getEpoch();
            sequence = frame.getSequence();
            value = watched.value(signals);
            boolean holds = watched.holds(signals, open);
            boolean met = recent.add(holds, watched.rule.getK());
            if (open) {
                whileOpen(atMs, met, signals, out);
            } else {
                whileClosed(atMs, met, holds, signals, out);
            }
        }
        unsaved |= !quiet || !isQuiet();
    }

    /** Event time has come to {@code nowMs}, with or without a frame. */
    void advance(long nowMs, Consumer<Alert> out) {
        if (answeredAtMs != NEVER && nowMs - answeredAtMs > options.alertSilenceMs() && !isIdle()) {
            String silence = "no frame answered the rule for " + seconds(options.alertSilenceMs());
            end(answeredAtMs + options.alertSilenceMs(), silence, out);
            unsaved = true;
        }
        if (cooldownUntilMs != NEVER && nowMs >= cooldownUntilMs) {
            cooldownUntilMs = NEVER;
            unsaved = true;
        }
        if (hourStartMs != NEVER && nowMs >= hourStartMs + HOUR_MS) {
            endHour(out);
        }
    }

    /** The rule is there no longer, or is another. */
    void retire(String why, Consumer<Alert> out) {
        end(answeredAtMs, why, out);
        if (hourStartMs != NEVER) {
            endHour(out);
        }
    }

    /** Opens at a frame that {@code holds} by itself, so that the alert's value and evidence show what it is about. */
    private void whileClosed(long atMs, boolean met, boolean holds, double[] signals, Consumer<Alert> out) {
        if (!met) {
            metSinceMs = NEVER;
            return;
        }
        if (metSinceMs == NEVER) {
            metSinceMs = atMs;
        }
        if (!holds || atMs - metSinceMs < watched.dwellMs || cooldownUntilMs != NEVER) {
            return;
        }
        open = true;
        openedAtMs = atMs;
        goneSinceMs = NEVER;
        peak = value;
        saidPeak = value;
        alertId = id();
        heldBack = overCap(atMs);
        String reason =
                watched.describe(signals) + " " + watched.threshold(true) + " for " + seconds(atMs - metSinceMs);
        say(Alert.State.OPEN, atMs, reason, out);
    }

    private void whileOpen(long atMs, boolean met, double[] signals, Consumer<Alert> out) {
        peak = further(value, peak) ? value : peak;
        if (met) {
            goneSinceMs = NEVER;
            if (further(peak, saidPeak + watched.leastNews()) && atMs - saidAtMs >= options.updateEveryMs()) {
                saidPeak = peak;
                say(
                        Alert.State.UPDATE,
                        atMs,
                        watched.describe(signals) + "; at its furthest " + watched.number(peak),
                        out);
            }
            return;
        }
        if (goneSinceMs == NEVER) {
            goneSinceMs = atMs;
        }
        if (atMs - goneSinceMs >= watched.rule.getExitDwellMs()) {
            String reason =
                    watched.describe(signals) + " " + watched.threshold(false) + " for " + seconds(atMs - goneSinceMs);
            end(atMs, reason, out);
        }
    }

    private void end(long atMs, String why, Consumer<Alert> out) {
        if (open) {
            String reason = why + "; it was open for " + seconds(atMs - openedAtMs) + ", at its furthest "
                    + watched.number(peak);
            say(Alert.State.CLOSE, atMs, reason, out);
            cooldownUntilMs = watched.rule.getCooldownMs() == 0 ? NEVER : atMs + watched.rule.getCooldownMs();
        }
        open = false;
        heldBack = false;
        metSinceMs = NEVER;
        goneSinceMs = NEVER;
        recent.clear();
    }

    /** For an absence the furthest value is the lowest. */
    private boolean further(double a, double b) {
        return watched.rule.getBelow() ? a < b : a > b;
    }

    private boolean overCap(long atMs) {
        int cap = watched.rule.getMaxAlertsPerHour();
        if (cap == 0) {
            return false;
        }
        if (hourStartMs == NEVER) {
            hourStartMs = atMs;
        }
        if (openedInHour < cap) {
            openedInHour++;
            return false;
        }
        heldBackInHour++;
        return true;
    }

    private void endHour(Consumer<Alert> out) {
        if (heldBackInHour > 0) {
            long end = hourStartMs + HOUR_MS;
            String reason = heldBackInHour + " further alerts were held back within an hour (at most "
                    + watched.rule.getMaxAlertsPerHour() + " are sent)";
            out.accept(alert(Alert.State.DIGEST, end, reason)
                    .setId(hash(watched.rule.getId() + '\n' + camera + "\ndigest\n" + hourStartMs))
                    .setOpenedAtMs(hourStartMs)
                    .setHeldBack(heldBackInHour)
                    .build());
        }
        hourStartMs = NEVER;
        openedInHour = 0;
        heldBackInHour = 0;
        unsaved = true;
    }

    private void say(Alert.State state, long atMs, String reason, Consumer<Alert> out) {
        saidAtMs = atMs;
        if (!heldBack) {
            Alert.Builder alert = alert(state, atMs, reason).setId(alertId).setOpenedAtMs(openedAtMs);
            if (state != Alert.State.OPEN) {
                alert.setDurationMs(atMs - openedAtMs);
            }
            out.accept(alert.build());
        }
    }

    /** The alert that is open, as it stands; of one that is held back nothing is told. */
    Optional<Alert> current() {
        if (!open || heldBack) {
            return Optional.empty();
        }
        String reason = "open for " + seconds(answeredAtMs - openedAtMs) + ", at its furthest " + watched.number(peak);
        return Optional.of(alert(Alert.State.UPDATE, answeredAtMs, reason)
                .setId(alertId)
                .setOpenedAtMs(openedAtMs)
                .setDurationMs(answeredAtMs - openedAtMs)
                .build());
    }

    private Alert.Builder alert(Alert.State state, long atMs, String reason) {
        return Alert.newBuilder()
                .setRule(watched.rule.getId())
                .setRuleName(watched.rule.getName())
                .setCamera(camera)
                .setZone(watched.rule.getZone())
                .setState(state)
                .setAtMs(atMs)
                .setValue(value)
                .setPeak(peak)
                .setReason(reason)
                .setEvidence(
                        FrameId.newBuilder().setCamera(camera).setEpoch(epoch).setSequence(sequence));
    }

    private String id() {
        return hash(watched.rule.getId() + '\n' + camera + '\n' + epoch + '\n' + sequence);
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

    /** Neither open nor on its way there. */
    private boolean isIdle() {
        return !open && metSinceMs == NEVER && recent.isEmpty();
    }

    /** As a new one: nothing to keep. */
    boolean isQuiet() {
        return isIdle() && cooldownUntilMs == NEVER && hourStartMs == NEVER;
    }

    boolean takeUnsaved() {
        boolean was = unsaved;
        unsaved = false;
        return was;
    }

    /** Layout: flags, times and frame, counts, values, of an open alert its id, then the recent frames. */
    void write(DataOutput out) throws IOException {
        // In one piece: this is written at every frame, and a stream takes its time over each number.
        ByteBuffer bytes = ByteBuffer.allocate(2 + 9 * Long.BYTES + 2 * Integer.BYTES + 3 * Double.BYTES);
        bytes.put((byte) (open ? 1 : 0)).put((byte) (heldBack ? 1 : 0));
        bytes.putLong(metSinceMs).putLong(goneSinceMs).putLong(answeredAtMs);
        bytes.putLong(openedAtMs).putLong(saidAtMs).putLong(cooldownUntilMs).putLong(hourStartMs);
        bytes.putLong(epoch).putLong(sequence);
        bytes.putInt(openedInHour).putInt(heldBackInHour);
        bytes.putDouble(value).putDouble(peak).putDouble(saidPeak);
        out.write(bytes.array());
        if (open) {
            out.write(alertId.getBytes(StandardCharsets.ISO_8859_1));
        }
        recent.write(out);
    }

    void read(DataInput in) throws IOException {
        open = in.readBoolean();
        heldBack = in.readBoolean();
        metSinceMs = in.readLong();
        goneSinceMs = in.readLong();
        answeredAtMs = in.readLong();
        openedAtMs = in.readLong();
        saidAtMs = in.readLong();
        cooldownUntilMs = in.readLong();
        hourStartMs = in.readLong();
        epoch = in.readLong();
        sequence = in.readLong();
        openedInHour = in.readInt();
        heldBackInHour = in.readInt();
        value = in.readDouble();
        peak = in.readDouble();
        saidPeak = in.readDouble();
        if (open) {
            byte[] id = new byte[ID_LENGTH];
            in.readFully(id);
            alertId = new String(id, StandardCharsets.ISO_8859_1);
        }
        recent.read(in);
    }
}
