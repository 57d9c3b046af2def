package io.segwatch.topology;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.FrameId;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.util.Map;
import java.util.TreeMap;

/** Observations for tests: 20x10 masks, of which a share is covered column by column. */
public final class SampleObservations {
    public static final String CAMERA = "gate";
    /** On the hour, and recent: a broker drops records that are older than their topic's retention. */
    public static final long START = System.currentTimeMillis() / 3_600_000 * 3_600_000 - 7_200_000;

    public static final int WIDTH = 20;
    public static final int HEIGHT = 10;

    private SampleObservations() {}

    public static Mask mask(double share) {
        byte[] pixels = new byte[WIDTH * HEIGHT];
        int covered = (int) Math.round(share * pixels.length);
        for (int i = 0; i < covered; i++) {
            pixels[i % HEIGHT * WIDTH + i / HEIGHT] = 1;
        }
        return Rle.encode(pixels, WIDTH, HEIGHT);
    }

    /** Frame {@code sequence} of epoch 1 at 10 fps. */
    public static Observation observation(long sequence, String query, double share) {
        return observation(1, sequence, START + sequence * 100, Map.of(query, share));
    }

    public static Observation observation(long epoch, long sequence, long atMs, Map<String, Double> shares) {
        Observation.Builder observation = Observation.newBuilder()
                .setFrame(FrameId.newBuilder().setCamera(CAMERA).setEpoch(epoch).setSequence(sequence))
                .setCapturedAtMs(atMs)
                .setObservedAtMs(atMs + 50)
                .setTargetFps(10);
        new TreeMap<>(shares)
                .forEach((query, share) -> observation.addQueries(QueryMask.newBuilder()
                        .setQuery(query)
                        .setMask(mask(share))
                        .setShare(share)
                        .setPeakProbability(share > 0 ? 0.9 : 0.1)));
        return observation.build();
    }
}
