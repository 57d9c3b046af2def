package io.segwatch.bench;

import java.util.ArrayList;
import java.util.List;

/** Of one clip, each word's live share and the one that was found in what is kept, frame by frame. */
final class ShareSeries {
    /** Frames between two of one moment that may lack it. */
    private static final int GAP = 1;

    private final int words;
    private final List<double[]> live = new ArrayList<>();
    private final List<double[]> found = new ArrayList<>();

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

    void add(double[] liveShares, double[] foundShares) {
        live.add(liveShares);
        found.add(foundShares);
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

    /** Spans of frames on which it has; one is found when a span of the other kind overlaps it. */
    Match moments(int word, double least) {
        List<int[]> due = spans(live, word, least);
        List<int[]> told = spans(found, word, least);
        return new Match(due.size(), overlapping(due, told), told.size(), overlapping(told, due));
    }

    private static int overlapping(List<int[]> spans, List<int[]> others) {
        return (int) spans.stream()
                .filter(span -> others.stream().anyMatch(other -> span[0] <= other[1] && other[0] <= span[1]))
                .count();
    }

    private static List<int[]> spans(List<double[]> shares, int word, double least) {
        List<int[]> spans = new ArrayList<>();
        for (int i = 0; i < shares.size(); i++) {
            if (shares.get(i)[word] < least) {
                continue;
            }
            int[] last = spans.isEmpty() ? null : spans.get(spans.size() - 1);
            if (last != null && i - last[1] <= GAP + 1) {
                last[1] = i;
            } else {
                spans.add(new int[] {i, i});
            }
        }
        return spans;
    }
}
