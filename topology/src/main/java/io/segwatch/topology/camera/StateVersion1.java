package io.segwatch.topology.camera;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.segwatch.topology.state.CameraState.ClockState;
import io.segwatch.topology.state.CameraState.DigestState;
import io.segwatch.topology.state.CameraState.FramesState;
import io.segwatch.topology.state.CameraState.LongWindowsState;
import io.segwatch.topology.state.CameraState.RuleState;
import io.segwatch.topology.state.CameraState.RulesState;
import io.segwatch.topology.state.CameraState.SeriesState;
import io.segwatch.topology.state.CameraState.SeriesWindow;
import io.segwatch.topology.state.CameraState.SpanState;
import io.segwatch.topology.state.CameraState.WindowState;
import io.segwatch.v1.Hours;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * Reads version 1 of the state: numbers in a row, without names. Four weeks of calibration could not be had again from
 * observations that are kept for two days, and an open alert rebuilt from them would be sent twice.
 */
final class StateVersion1 {
    private static final int ALERT_ID_LENGTH = 32;
    private static final long NEVER = -1;

    private StateVersion1() {}

    static MessageLite upgrade(String key, byte[] value) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
        String part = key.substring(key.lastIndexOf('/') + 1);
        if (key.equals("clock")) {
            return ClockState.newBuilder()
                    .setEpoch(in.readLong())
                    .setSequence(in.readLong())
                    .setAtMs(in.readLong())
                    .build();
        }
        if (key.equals("rules")) {
            return rules(in);
        }
        if (key.startsWith("calibration/")) {
            return switch (part) {
                case "now" -> series(in);
                case "hours" -> hours(in);
                default ->
                    SpanState.newBuilder()
                            .setStartMs(in.readLong())
                            .setShare(digest(in))
                            .setPeak(digest(in))
                            .build();
            };
        }
        return switch (part) {
            case "f" -> frames(in);
            case "l" -> longWindows(in);
            default -> window(in);
        };
    }

    private static FramesState frames(DataInputStream in) throws IOException {
        FramesState.Builder frames = FramesState.newBuilder().setClosedUntilMs(in.readLong());
        for (int count = in.readInt(); count > 0; count--) {
            frames.addAtMs(in.readLong()).addEpoch(in.readLong()).addSequence(in.readLong());
        }
        return frames.build();
    }

    private static LongWindowsState longWindows(DataInputStream in) throws IOException {
        LongWindowsState.Builder windows = LongWindowsState.newBuilder();
        for (int count = in.readInt(); count > 0; count--) {
            // Its level, which its length gives too.
            in.readInt();
            windows.addWindows(window(in));
        }
        return windows.build();
    }

    private static WindowState window(DataInputStream in) throws IOException {
        WindowState.Builder window = WindowState.newBuilder()
                .setStartMs(in.readLong())
                .setLengthMs(in.readLong())
                .setExpected(in.readInt())
                .setParts(in.readInt())
                .setFps(in.readDouble());
        for (int count = in.readInt(); count > 0; count--) {
            window.addSeries(SeriesWindow.newBuilder()
                    .setZone(in.readUTF())
                    .setZoneVersion(in.readInt())
                    .setQuery(in.readUTF())
                    .setCount(in.readInt())
                    .setMin(in.readDouble())
                    .setMax(in.readDouble())
                    .setSum(in.readDouble())
                    .setLast(in.readDouble())
                    .setLastAtMs(in.readLong())
                    .setPeakProbability(in.readDouble()));
        }
        return window.build();
    }

    private static RulesState rules(DataInputStream in) throws IOException {
        RulesState.Builder rules = RulesState.newBuilder();
        for (int count = in.readInt(); count > 0; count--) {
            rules.addRules(rule(in));
        }
        return rules.build();
    }

    private static RuleState.Builder rule(DataInputStream in) throws IOException {
        RuleState.Builder rule = RuleState.newBuilder()
                .setRule(bytes(in, in.readInt()))
                .setZoneName(in.readUTF())
                .setOpen(in.readBoolean())
                .setHeldBack(in.readBoolean())
                .setMetSinceMs(in.readLong())
                .setGoneSinceMs(in.readLong())
                .setAnsweredAtMs(in.readLong())
                .setOpenedAtMs(in.readLong())
                .setEmittedAtMs(in.readLong())
                .setCooldownUntilMs(in.readLong())
                .setHourStartMs(in.readLong())
                .setEpoch(in.readLong())
                .setSequence(in.readLong())
                .setOpenedInHour(in.readInt())
                .setHeldBackInHour(in.readInt())
                .setValue(in.readDouble())
                .setPeak(in.readDouble())
                .setEmittedPeak(in.readDouble());
        if (rule.getOpen()) {
            rule.setAlertId(bytes(in, ALERT_ID_LENGTH).toString(StandardCharsets.ISO_8859_1));
        }
        rule.setRecentNext(in.readInt());
        long[] words = new long[in.readInt()];
        for (int i = 0; i < words.length; i++) {
            words[i] = in.readLong();
        }
        rule.setRecent(ByteString.copyFrom(BitSet.valueOf(words).toByteArray()));
        return withoutNever(rule);
    }

    private static RuleState.Builder withoutNever(RuleState.Builder rule) {
        if (rule.getMetSinceMs() == NEVER) {
            rule.clearMetSinceMs();
        }
        if (rule.getGoneSinceMs() == NEVER) {
            rule.clearGoneSinceMs();
        }
        if (rule.getAnsweredAtMs() == NEVER) {
            rule.clearAnsweredAtMs();
        }
        if (rule.getCooldownUntilMs() == NEVER) {
            rule.clearCooldownUntilMs();
        }
        if (rule.getHourStartMs() == NEVER) {
            rule.clearHourStartMs();
        }
        return rule;
    }

    private static SeriesState series(DataInputStream in) throws IOException {
        SeriesState.Builder series = SeriesState.newBuilder()
                .setIdentity(in.readInt())
                .setBaselineAtMs(in.readLong())
                .setRequestMetMs(in.readLong())
                .setSinceMs(in.readLong())
                .setAtMs(in.readLong())
                .setMinuteMs(in.readLong())
                .setHourStartMs(in.readLong())
                .setAccepted(in.readBoolean())
                .setDrifted(in.readBoolean())
                .setShareDrift(in.readDouble())
                .setPeakDrift(in.readDouble())
                .setHourSamples(in.readInt())
                .setHourMean(in.readDouble())
                .setHourSquares(in.readDouble());
        if (Double.isNaN(series.getShareDrift())) {
            series.clearShareDrift();
        }
        if (Double.isNaN(series.getPeakDrift())) {
            series.clearPeakDrift();
        }
        for (int samples = in.readInt(); samples > 0; samples--) {
            series.addShare(in.readFloat()).addPeak(in.readFloat());
        }
        return series.build();
    }

    private static Hours hours(DataInputStream in) throws IOException {
        Hours.Builder hours = Hours.newBuilder();
        for (int count = in.readInt(); count > 0; count--) {
            hours.addStartMinute(in.readInt())
                    .addSamples(in.readInt())
                    .addMean(in.readFloat())
                    .addDeviation(in.readFloat());
        }
        return hours.build();
    }

    private static DigestState digest(DataInputStream in) throws IOException {
        return DigestState.newBuilder()
                .setSlot(in.readInt())
                .setZeros(in.readLong())
                .setSketch(bytes(in, in.readInt()))
                .build();
    }

    private static ByteString bytes(DataInputStream in, int length) throws IOException {
        return ByteString.copyFrom(in.readNBytes(length));
    }
}
