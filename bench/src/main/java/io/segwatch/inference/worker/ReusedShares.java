package io.segwatch.inference.worker;

import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.scoring.MaskMaker;
import io.segwatch.inference.scoring.Scorer;
import io.segwatch.inference.scoring.Smoother;
import java.util.ArrayList;
import java.util.List;

/**
 * The shares of zones on one camera as the worker tells them: of every frame, or of those that {@link EncodingChoice}
 * encodes and the last one's in between. It lies in the package that it measures, whose own door has no use for it. For
 * one thread.
 */
public final class ReusedShares {
    private static final int SMOOTHING_MS = 250;
    /** Zones a side, and beside them the whole picture. */
    private static final int PARTS = 3;

    public static final int ZONES = PARTS * PARTS + 1;

    /** Null where frames are encoded by their number. */
    private final EncodingChoice choice;

    private final int every;

    private final MotionDetector motion = new MotionDetector(SMOOTHING_MS);
    private final List<Smoother> smoothers = new ArrayList<>();
    private double[] shares;
    private int frames;
    private int encoded;

    private ReusedShares(EncodingChoice choice, int every, int queries) {
        this.choice = choice;
        this.every = every;
        for (int q = 0; q < queries; q++) {
            smoothers.add(new Smoother(SMOOTHING_MS));
        }
    }

    public static ReusedShares ofEveryFrame(int queries) {
        return new ReusedShares(null, 1, queries);
    }

    /** What one does without looking at the picture. */
    public static ReusedShares everySecondFrame(int queries) {
        return new ReusedShares(null, 2, queries);
    }

    /**
     * As {@code segwatch.inference.adaptive} does.
     *
     * @param share most encodings, of all frames
     */
    public static ReusedShares adaptive(double share, long maxAgeMs, int queries) {
        return new ReusedShares(new EncodingChoice(share, maxAgeMs), 1, queries);
    }

    /** By query and zone, 0..1; the encoding is that of the picture. */
    public double[] of(
            ImageBatch batch,
            Scorer scorer,
            List<EncodedQuery> queries,
            MaskMaker masks,
            InputGeometry geometry,
            long atMs) {
        boolean encode = choice == null
                ? frames % every == 0
                : choice.encode(batch.pixels(0), batch.width(), batch.height(), atMs, shares == null);
        frames++;
        if (!encode) {
            return shares;
        }
        encoded++;
        Encoding encoding = batch.encoding(0);
        boolean[] moving = motion.update(
                batch.pixels(0), batch.width(), batch.height(), encoding.gridWidth(), encoding.gridHeight(), atMs);
        float[] probabilities = new float[encoding.positions()];
        shares = new double[queries.size() * ZONES];
        scorer.start(encoding);
        for (int q = 0; q < queries.size(); q++) {
            scorer.probabilities(q, probabilities);
            smoothers.get(q).smooth(probabilities, atMs, moving);
            masks.make(probabilities, encoding.gridWidth(), encoding.gridHeight(), geometry);
            zones(masks, q);
        }
        return shares;
    }

    private void zones(MaskMaker masks, int q) {
        int width = masks.width();
        int height = masks.height();
        int[] inside = new int[PARTS * PARTS];
        int[] all = new int[PARTS * PARTS];
        for (int i = 0; i < width * height; i++) {
            int zone = i / width * PARTS / height * PARTS + i % width * PARTS / width;
            all[zone]++;
            inside[zone] += masks.inside()[i] != 0 ? 1 : 0;
        }
        for (int zone = 0; zone < all.length; zone++) {
            shares[q * ZONES + zone] = (double) inside[zone] / all[zone];
        }
        shares[q * ZONES + ZONES - 1] = (double) masks.area() / (width * height);
    }

    /** Of the frames so far, how many were encoded, 0..1. */
    public double encoded() {
        return (double) encoded / frames;
    }
}
