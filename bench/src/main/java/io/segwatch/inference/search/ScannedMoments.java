package io.segwatch.inference.search;

import io.segwatch.v1.SearchMoment;
import io.segwatch.v1.SearchRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Moments as the search makes them of frames' shares, whatever these are from. */
public final class ScannedMoments {
    private static final long INTERVAL_MS = 5_000;
    private static final long VALID_MS = 5_500;

    private ScannedMoments() {}

    /**
     * Of frames that follow one another as records do of a picture that moves.
     *
     * @param shares of the frames, 0..1
     * @param least from which it is there
     * @return first and last frame of each moment, the oldest first
     */
    public static List<int[]> of(double[] shares, double least) {
        List<SearchMoment> moments = new ArrayList<>();
        SearchRequest request = SearchRequest.newBuilder()
                .setToMs(shares.length * INTERVAL_MS)
                .setMinShare(least)
                .build();
        CameraScan scan = new CameraScan("", request, Optional.empty(), moment -> moments.add(0, moment));
        for (int i = shares.length - 1; i >= 0; i--) {
            scan.add(new Sighting("", i * INTERVAL_MS, VALID_MS, 0, i, shares[i], 0));
        }
        scan.end();
        return moments.stream()
                .map(moment -> new int[] {frame(moment.getFromMs()), frame(moment.getToMs() - 1)})
                .toList();
    }

    private static int frame(long atMs) {
        return (int) (atMs / INTERVAL_MS);
    }
}
