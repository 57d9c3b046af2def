package io.segwatch.topology.backtest;

import io.segwatch.contracts.Expression;
import io.segwatch.v1.BacktestLimit;
import io.segwatch.v1.BacktestLimit.Kind;
import io.segwatch.v1.BacktestReport;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Rule;
import java.util.Arrays;

/** What a backtest on frames of the feature log can tell, and what lies between them. For one thread. */
final class CoarseFrames {
    /** Gaps that are remembered, the first ones. */
    private static final int MOST = 10_000;

    private final long[] gaps = new long[MOST];
    private int count;
    private long lastMs = -1;

    void add(Observation observation) {
        long atMs = observation.getCapturedAtMs();
        if (lastMs >= 0 && atMs > lastMs && count < MOST) {
            gaps[count++] = atMs - lastMs;
        }
        lastMs = atMs;
    }

    void describe(Rule rule, BacktestReport.Builder report) {
        report.setCoarse(true);
        if (count == 0) {
            return;
        }
        long[] sorted = Arrays.copyOf(gaps, count);
        Arrays.sort(sorted);
        long intervalMs = sorted[count / 2];
        report.setIntervalMs(intervalMs);
        long dwellMs = dwellMs(rule);
        if (dwellMs > 0 && dwellMs < intervalMs) {
            report.addLimits(limit(Kind.DWELL).setDwellMs(dwellMs).setIntervalMs(intervalMs));
        }
        if (rule.getN() > 1) {
            report.addLimits(
                    limit(Kind.FRAMES).setK(rule.getK()).setN(rule.getN()).setSpanMs(rule.getN() * intervalMs));
        }
        if (rule.getMinComponent() > 0) {
            report.addLimits(limit(Kind.PART_SIZE));
        }
        report.getLimitsList().forEach(limit -> report.addUntold(sentence(limit)));
    }

    private static BacktestLimit.Builder limit(Kind kind) {
        return BacktestLimit.newBuilder().setKind(kind);
    }

    private static String sentence(BacktestLimit limit) {
        return switch (limit.getKind()) {
            case DWELL ->
                "Whether it held for " + seconds(limit.getDwellMs()) + ": kept frames are "
                        + seconds(limit.getIntervalMs()) + " apart, so that one frame is as good as held; shorter"
                        + " events are missed or counted in full.";
            case FRAMES ->
                "Whether " + limit.getK() + " of " + limit.getN() + " frames met it: " + limit.getN()
                        + " kept frames are about " + seconds(limit.getSpanMs())
                        + ", live ones a second or two, so that fewer alerts open here.";
            default -> "The least size of a part: parts that lie close are one in a coarse mask.";
        };
    }

    private static long dwellMs(Rule rule) {
        return rule.getExpression().isEmpty()
                ? rule.getDwellMs()
                : Expression.parse(rule.getExpression()).dwellMs().orElse(rule.getDwellMs());
    }

    private static String seconds(long ms) {
        return ms % 1_000 == 0 ? ms / 1_000 + " s" : Math.round(ms / 100.0) / 10.0 + " s";
    }
}
