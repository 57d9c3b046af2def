package io.segwatch.bench;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.EncodedQuery;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.ImageBatch;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.MaskPrompt;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.scoring.MaskMaker;
import io.segwatch.inference.scoring.Scorer;
import io.segwatch.inference.scoring.Smoother;
import io.segwatch.v1.Observation;
import io.segwatch.v1.QueryMask;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * One camera's frame with a number of queries, taken through the model as the inference worker does. For one thread.
 */
final class FramePath implements AutoCloseable {
    /** System property that names the model directory. */
    static final String MODEL = "segwatch.bench.model";

    /** Things of a street, some of them in the picture and some not, as people would ask for them. */
    private static final List<List<String>> WORDS = List.of(
            List.of("person", "pedestrian", "cyclist"),
            List.of("car"),
            List.of("bicycle"),
            List.of("tree"),
            List.of("road"),
            List.of("sky"),
            List.of("building"),
            List.of("sidewalk", "pavement"),
            List.of("traffic light"),
            List.of("traffic sign"),
            List.of("bus"),
            List.of("lorry", "truck"),
            List.of("motorcycle"),
            List.of("rider"),
            List.of("fence"),
            List.of("wall"),
            List.of("pole"),
            List.of("grass"),
            List.of("window"),
            List.of("door"),
            List.of("backpack"),
            List.of("handbag"),
            List.of("umbrella"),
            List.of("dog"),
            List.of("bench"),
            List.of("street lamp"),
            List.of("delivery van"),
            List.of("taxi"),
            List.of("tram"),
            List.of("stairs"),
            List.of("bridge"),
            List.of("shop front"),
            List.of("zebra crossing"),
            List.of("puddle"),
            List.of("snow"),
            List.of("smoke"),
            List.of("fire"),
            List.of("cone"),
            List.of("barrier"),
            List.of("rubbish bin"),
            List.of("suitcase"),
            List.of("pram"),
            List.of("wheelchair"),
            List.of("scooter"),
            List.of("helmet"),
            List.of("high visibility vest"),
            List.of("crane"),
            List.of("scaffolding"),
            List.of("bird"),
            List.of("cloud"));

    private final SegmentationModel model;
    private final ImageBatch batch;
    private final InputGeometry geometry;
    private final Scorer scorer;
    private final MaskMaker masks = new MaskMaker();
    private final List<Smoother> smoothers = new ArrayList<>();
    private final float[] probabilities;
    private long capturedAtMs;

    FramePath(int queries) {
        model = SegmentationModel.load(Path.of(System.getProperty(MODEL, "models/default")), "cpu", 0);
        int[] size = Footage.size();
        geometry = model.description().input().geometry(size[0], size[1]);
        batch = model.batch(1, geometry.inputWidth(), geometry.inputHeight());
        ByteBuffer picture = Footage.rgb(geometry.validWidth(), geometry.validHeight());
        ByteBuffer place = batch.pixels(0);
        for (int y = 0; y < geometry.validHeight(); y++) {
            int row = geometry.validWidth() * 3;
            place.put(y * geometry.inputWidth() * 3, picture.array(), y * row, row);
        }
        List<EncodedQuery> encoded = new ArrayList<>();
        for (int q = 0; q < queries; q++) {
            encoded.add(EncodedQuery.of(model, "q" + q, WORDS.get(q % WORDS.size()), List.of()));
            smoothers.add(new Smoother(250));
        }
        scorer = new Scorer(model, encoded);
        probabilities = new float[batch.encoding(0).positions()];
    }

    Encoding encode() {
        model.encode(batch);
        return batch.encoding(0);
    }

    /** Scores, smoothing and masks of all queries; pixels inside them. */
    int masks(Encoding encoding) {
        int inside = 0;
        capturedAtMs += 100;
        scorer.start(encoding);
        for (int q = 0; q < smoothers.size(); q++) {
            mask(q, encoding);
            inside += masks.area();
        }
        return inside;
    }

    /** As {@link #masks}, with what is said of them. */
    Observation observe(Encoding encoding) {
        Observation.Builder observation = Observation.newBuilder();
        capturedAtMs += 100;
        scorer.start(encoding);
        for (int q = 0; q < smoothers.size(); q++) {
            observation.addQueries(describe(q, encoding));
        }
        return observation.build();
    }

    /** The answer to one query from an encoding of its own, as if nothing were shared. */
    QueryMask observeAlone(int q) {
        Encoding encoding = encode();
        scorer.start(encoding);
        return describe(q, encoding);
    }

    /** The answer to a click into the middle of the picture. */
    DecodedMask prompt(Encoding encoding) {
        MaskPrompt click = MaskPrompt.builder()
                .point(geometry.validWidth() / 2.0, geometry.validHeight() / 2.0, true)
                .build();
        return model.decode(encoding, List.of(click)).get(0);
    }

    private QueryMask describe(int q, Encoding encoding) {
        mask(q, encoding);
        return masks.describe("q" + q, probabilities, scorer.classProbability(q))
                .build();
    }

    private void mask(int q, Encoding encoding) {
        scorer.probabilities(q, probabilities);
        smoothers.get(q).smooth(probabilities, capturedAtMs, null);
        masks.make(probabilities, encoding.gridWidth(), encoding.gridHeight(), geometry);
    }

    SegmentationModel model() {
        return model;
    }

    InputGeometry geometry() {
        return geometry;
    }

    /** What is encoded, RGB. */
    Mat input() {
        return batch.input(0);
    }

    int queries() {
        return smoothers.size();
    }

    @Override
    public void close() {
        masks.close();
        batch.close();
        model.close();
    }
}
