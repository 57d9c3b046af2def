package io.segwatch.inference.segment;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.refine.Refiner;
import io.segwatch.inference.scoring.MaskMaker;
import io.segwatch.inference.scoring.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Encodes and scores one picture after another, each by itself: no smoothing, so the same picture always gives the
 * same. For one thread.
 */
final class Segmenter implements AutoCloseable {
    private static final int REFINED_COMPONENTS = 16;

    private final SegmentationModel model;
    private final Scorer scorer;
    /** Scores by which the queries are rivals for each pixel; null when they are not. */
    private final Scorer rivals;

    private final Refiner refiner;
    private final PromptOptions promptOptions;
    private final boolean refine;
    private final MaskMaker masks = new MaskMaker();
    private ImageBatch batch;

    Segmenter(
            SegmentationModel model,
            List<QueryLine> queries,
            PromptOptions promptOptions,
            boolean exclusive,
            boolean refine) {
        this.model = model;
        List<EncodedQuery> encoded = new ArrayList<>();
        for (QueryLine query : queries) {
            encoded.add(EncodedQuery.of(model, query.label(), query.phrases(), query.negatives()));
        }
        this.scorer = new Scorer(model, encoded);
        this.rivals = exclusive ? new Scorer(model, EncodedQuery.apart(encoded, model.background())) : null;
        this.refiner = new Refiner(model, REFINED_COMPONENTS);
        this.promptOptions = promptOptions;
        this.refine = refine;
    }

    /** @throws IllegalArgumentException when a prompt lies outside the picture */
    SegmentResult score(Picture picture) {
        Mat pixels = picture.pixels();
        InputGeometry geometry = model.description().input().geometry(pixels.cols(), pixels.rows());
        var maskPrompt =
                promptOptions.isEmpty() ? null : promptOptions.toMaskPrompt(geometry, pixels.cols(), pixels.rows());
        Encoding encoding = encode(pixels, geometry);
        int queries = scorer.queries().size();
        float[][] probabilities = new float[queries][encoding.positions()];
        float[][] logits = rivals == null ? null : new float[queries][encoding.positions()];
        double[] classes = new double[queries];
        List<byte[]> refined = refine ? new ArrayList<>() : null;
        scorer.start(encoding);
        if (rivals != null) {
            rivals.start(encoding);
        }
        for (int q = 0; q < queries; q++) {
            scorer.probabilities(q, probabilities[q]);
            classes[q] = scorer.classProbability(q);
            if (rivals != null) {
                rivals.logits(q, logits[q]);
            }
            if (refine) {
                masks.make(probabilities[q], encoding.gridWidth(), encoding.gridHeight(), geometry);
                if (masks.area() > 0) {
                    refiner.refine(encoding, geometry, masks.inside(), masks.width(), masks.height());
                }
                refined.add(Arrays.copyOf(masks.inside(), masks.width() * masks.height()));
            }
        }
        DecodedMask instance = maskPrompt == null
                ? null
                : model.decode(encoding, List.of(maskPrompt)).get(0);
        return new SegmentResult(
                picture,
                geometry,
                encoding.gridWidth(),
                encoding.gridHeight(),
                logits,
                probabilities,
                classes,
                refined,
                masks.width(),
                masks.height(),
                instance);
    }

    private Encoding encode(Mat picture, InputGeometry geometry) {
        if (batch == null || batch.width() != geometry.inputWidth() || batch.height() != geometry.inputHeight()) {
            closeBatch();
            batch = model.batch(1, geometry.inputWidth(), geometry.inputHeight());
        }
        batch.placeBgr(0, picture, geometry);
        model.encode(batch);
        return batch.encoding(0);
    }

    private void closeBatch() {
        if (batch != null) {
            batch.close();
        }
    }

    @Override
    public void close() {
        masks.close();
        closeBatch();
    }
}
