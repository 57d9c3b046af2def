package io.segwatch.bench;

import io.segwatch.inference.search.ScannedMoments;
import io.segwatch.v1.Features;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Of one clip, each word's live share and the one that was found in what is kept, frame by frame. */
final class ShareSeries {
    private final int words;
    private final List<double[]> live = new ArrayList<>();
    private final List<double[]> found = new ArrayList<>();
    private final List<Features> kept = new ArrayList<>();

    ShareSeries(int words) {
        this.words = words;
    }

    /** How much of what the live query saw was found, and of what was found was there. */
    record Match(int due, int dueFound, int told, int toldRight) {
        static final Match NONE = new Match(0, 0, 0, 0);

        Match plus(Match other) {
            return new Match(
                    due + other.due, dueFound + other.dueFound, told + other.told, toldRight + other.toldRight);
        }

        double recall() {
            return due == 0 ? 1 : (double) dueFound / due;
        }

        double precision() {
            return told == 0 ? 1 : (double) toldRight / told;
        }
    }

    void add(double[] liveShares, double[] foundShares, Features record) {
        live.add(liveShares);
        found.add(foundShares);
        kept.add(record);
    }

    /** The frames as they are kept. */
    List<Features> kept() {
        return kept;
    }

    /** The frame in which live queries saw most of the word. */
    int most(int word) {
        return IntStream.range(0, live.size())
                .boxed()
                .max(Comparator.comparingDouble(i -> live.get(i)[word]))
                .orElseThrow();
    }

    double live(int frame, int word) {
        return live.get(frame)[word];
    }

    /** These shares instead of those that were found, beside the same live ones of a word, which is the only one. */
    ShareSeries with(int word, double[] shares) {
        ShareSeries series = new ShareSeries(1);
        for (int i = 0; i < shares.length; i++) {
            series.add(new double[] {live(i, word)}, new double[] {shares[i]}, kept.get(i));
        }
        return series;
    }

    int frames() {
        return live.size();
    }

    /** Live and found shares of a word, one pair a frame. */
    List<double[]> pairs(int word) {
        List<double[]> pairs = new ArrayList<>();
        for (int i = 0; i < live.size(); i++) {
            pairs.add(new double[] {live.get(i)[word], found.get(i)[word]});
        }
        return pairs;
    }

    /** Frames on which the word has at least this share. */
    Match frames(int word, double least) {
        Match match = Match.NONE;
        for (double[] pair : pairs(word)) {
            boolean due = pair[0] >= least;
            boolean told = pair[1] >= least;
            match = match.plus(new Match(due ? 1 : 0, due && told ? 1 : 0, told ? 1 : 0, due && told ? 1 : 0));
        }
        return match;
    }

    /**
     * Moments as the search makes them of shares, live ones and found ones alike; one is found when one of the other
     * kind overlaps it, or where the other share comes close enough to the least one.
     *
     * @param close part of the least share that is close enough; 1 for no tolerance
     */
    Match moments(int word, double least, double close) {
        double[] live = shares(word, 0);
        double[] found = shares(word, 1);
        List<int[]> due = ScannedMoments.of(live, least);
        List<int[]> told = ScannedMoments.of(found, least);
        return new Match(
                due.size(),
                matched(due, told, found, close * least),
                told.size(),
                matched(told, due, live, close * least));
    }

    private double[] shares(int word, int which) {
        return pairs(word).stream().mapToDouble(pair -> pair[which]).toArray();
    }

    private static int matched(List<int[]> moments, List<int[]> others, double[] otherShares, double least) {
        return (int) moments.stream()
                .filter(moment -> others.stream().anyMatch(other -> moment[0] <= other[1] && other[0] <= moment[1])
                        || Arrays.stream(otherShares, moment[0], moment[1] + 1).anyMatch(share -> share >= least))
                .count();
    }
}
