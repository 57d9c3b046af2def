package io.segwatch.inference.segment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.segwatch.contracts.Rle;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.scoring.MaskMaker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Resizes masks to their picture's own size, draws the overlay and describes them as JSON. Threadsafe. */
final class Results {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<QueryLine> queries;
    private final Path folder;

    Results(List<QueryLine> queries, Path folder) {
        this.queries = queries;
        this.folder = folder;
    }

    static ObjectNode failure(Picture picture, String error) {
        ObjectNode line = JSON.createObjectNode().put("file", picture.input().name());
        if (picture.frame() >= 0) {
            line.put("frame", picture.frame());
        }
        return line.put("error", error);
    }

    /** The picture's line; its overlay is written when this returns. */
    ObjectNode describe(SegmentResult result) throws IOException {
        int width = result.picture().pixels().cols();
        int height = result.picture().pixels().rows();
        ObjectNode line = JSON.createObjectNode()
                .put("file", result.picture().input().name())
                .put("width", width)
                .put("height", height);
        if (result.picture().frame() >= 0) {
            line.put("frame", result.picture().frame())
                    .put("time_ms", result.picture().timeMs());
        }
        List<Overlay.Layer> layers = new ArrayList<>();
        try (MaskMaker masks = new MaskMaker()) {
            byte[] winners = result.logits() == null ? null : winners(result, masks, width, height);
            ArrayNode described = line.putArray("queries");
            for (int q = 0; q < queries.size(); q++) {
                byte[] inside = inside(result, masks, winners, q, width, height);
                described.add(describe(result, masks, q, inside, width, height));
                layers.add(new Overlay.Layer(queries.get(q).label(), inside, Overlay.color(q)));
            }
            if (result.instance() != null) {
                byte[] inside = result.instance().inside(result.geometry(), width, height);
                line.putArray("instances")
                        .add(instance(inside, width, height, result.instance().iou()));
                layers.add(new Overlay.Layer("prompt", inside, Overlay.color(queries.size())));
            }
        }
        Path overlay = overlayOf(result.picture());
        Overlay.write(result.picture().pixels(), layers, folder.resolve(overlay));
        return line.put("overlay", overlay.toString());
    }

    private byte[] inside(SegmentResult result, MaskMaker masks, byte[] winners, int q, int width, int height) {
        byte[] inside = new byte[width * height];
        if (winners != null) {
            for (int i = 0; i < inside.length; i++) {
                inside[i] = (winners[i] & 0xff) == q ? (byte) 1 : 0;
            }
        } else if (result.refined() != null) {
            float[] coarse = new float[result.refinedWidth() * result.refinedHeight()];
            for (int i = 0; i < coarse.length; i++) {
                coarse[i] = result.refined().get(q)[i];
            }
            InputGeometry whole = new InputGeometry(
                    result.refinedWidth(), result.refinedHeight(), result.refinedWidth(), result.refinedHeight());
            masks.make(coarse, result.refinedWidth(), result.refinedHeight(), whole, width, height);
            System.arraycopy(masks.inside(), 0, inside, 0, inside.length);
        } else {
            masks.make(
                    result.probabilities()[q],
                    result.gridWidth(),
                    result.gridHeight(),
                    result.geometry(),
                    width,
                    height);
            System.arraycopy(masks.inside(), 0, inside, 0, inside.length);
        }
        return inside;
    }

    /** For each pixel the query with the highest logit, be it ever so low; of equal ones the first. */
    private byte[] winners(SegmentResult result, MaskMaker masks, int width, int height) {
        byte[] winners = new byte[width * height];
        float[] best = new float[width * height];
        Arrays.fill(best, Float.NEGATIVE_INFINITY);
        for (int q = 0; q < queries.size(); q++) {
            float[] z = masks.enlarge(
                    result.logits()[q], result.gridWidth(), result.gridHeight(), result.geometry(), width, height);
            for (int i = 0; i < best.length; i++) {
                if (z[i] > best[i]) {
                    best[i] = z[i];
                    winners[i] = (byte) q;
                }
            }
        }
        return winners;
    }

    private ObjectNode describe(SegmentResult result, MaskMaker masks, int q, byte[] inside, int width, int height) {
        float[] grid = result.probabilities()[q];
        float peak = 0;
        for (float p : grid) {
            peak = Math.max(peak, p);
        }
        double sum = 0;
        int area = 0;
        float[] full = masks.enlarge(grid, result.gridWidth(), result.gridHeight(), result.geometry(), width, height);
        for (int i = 0; i < inside.length; i++) {
            if (inside[i] != 0) {
                sum += full[i];
                area++;
            }
        }
        ObjectNode described = JSON.createObjectNode()
                .put("label", queries.get(q).label())
                .put("share", (double) area / inside.length)
                .put("mean_probability", area == 0 ? 0 : sum / area)
                .put("peak_probability", peak)
                .put("class_probability", result.classProbabilities()[q]);
        described.set("mask", rle(inside, width, height));
        return described;
    }

    private static ObjectNode instance(byte[] inside, int width, int height, float iou) {
        ObjectNode described = JSON.createObjectNode()
                .put("predicted_iou", iou)
                .put("share", (double) Overlay.area(inside) / (width * height));
        described.set("mask", rle(inside, width, height));
        return described;
    }

    private static ObjectNode rle(byte[] inside, int width, int height) {
        ObjectNode mask = JSON.createObjectNode();
        mask.putArray("size").add(height).add(width);
        return mask.put("counts", Rle.encode(inside, width, height).getCounts());
    }

    private static Path overlayOf(Picture picture) {
        String frame = picture.frame() < 0 ? "" : String.format("-%06d", picture.frame());
        return Path.of("overlays", picture.input().overlay() + frame + ".png");
    }
}
