package io.segwatch.inference.refine;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.Encoding;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.MaskPrompt;
import io.segwatch.inference.model.SegmentationModel;
import io.segwatch.inference.refine.Components.Component;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Refines a coarse mask: each of its largest connected parts becomes a box and a point, the mask head decodes all of
 * them in one run, and the answer replaces the part where the two agree. Smaller parts stay unchanged. Threadsafe.
 */
public final class Refiner {
    /** IoU of an answer with its part below which the part stays unchanged. */
    private static final double LEAST_AGREEMENT = 0.5;

    private static final double LEAST_SHARE = 0.0005;

    private final SegmentationModel model;
    private final int maxComponents;

    public Refiner(SegmentationModel model, int maxComponents) {
        this.model = model;
        this.maxComponents = maxComponents;
    }

    /**
     * Refines in place.
     *
     * @param mask row-major, {@code width * height}, 0 or 1, of the valid part of the picture
     */
    public void refine(Encoding encoding, InputGeometry geometry, byte[] mask, int width, int height) {
        Components components = new Components(mask, width, height);
        List<Component> parts = components.largestFirst().stream()
                .filter(part -> part.area() >= LEAST_SHARE * width * height)
                .limit(maxComponents)
                .toList();
        if (parts.isEmpty()) {
            return;
        }
        List<MaskPrompt> prompts = new ArrayList<>();
        for (Component part : parts) {
            prompts.add(prompt(part, components.labels(), geometry, width, height));
        }
        List<DecodedMask> answers = model.decode(encoding, prompts);
        byte[] refined = Arrays.copyOf(mask, width * height);
        byte[][] accepted = new byte[parts.size()][];
        for (int i = 0; i < parts.size(); i++) {
            byte[] answer = answers.get(i).inside(geometry, width, height);
            if (overlap(answer, components.labels(), parts.get(i).label()) >= LEAST_AGREEMENT) {
                accepted[i] = answer;
                clear(refined, components.labels(), parts.get(i).label());
            }
        }
        for (byte[] answer : accepted) {
            for (int p = 0; answer != null && p < answer.length; p++) {
                refined[p] |= answer[p];
            }
        }
        System.arraycopy(refined, 0, mask, 0, width * height);
    }

    private static MaskPrompt prompt(Component part, int[] labels, InputGeometry geometry, int width, int height) {
        int boxWidth = part.x1() - part.x0();
        int boxHeight = part.y1() - part.y0();
        byte[] cut = new byte[boxWidth * boxHeight];
        for (int y = 0; y < boxHeight; y++) {
            for (int x = 0; x < boxWidth; x++) {
                cut[y * boxWidth + x] = labels[(part.y0() + y) * width + part.x0() + x] == part.label() ? (byte) 1 : 0;
            }
        }
        InteriorPoint point = InteriorPoint.of(cut, boxWidth, boxHeight);
        double scaleX = (double) geometry.validWidth() / width;
        double scaleY = (double) geometry.validHeight() / height;
        return MaskPrompt.builder()
                .box(part.x0() * scaleX, part.y0() * scaleY, part.x1() * scaleX, part.y1() * scaleY)
                .point((part.x0() + point.x() + 0.5) * scaleX, (part.y0() + point.y() + 0.5) * scaleY, true)
                .build();
    }

    private static double overlap(byte[] answer, int[] labels, int label) {
        int both = 0;
        int either = 0;
        for (int p = 0; p < answer.length; p++) {
            boolean inPart = labels[p] == label;
            both += inPart && answer[p] != 0 ? 1 : 0;
            either += inPart || answer[p] != 0 ? 1 : 0;
        }
        return either == 0 ? 0 : (double) both / either;
    }

    private static void clear(byte[] mask, int[] labels, int label) {
        for (int p = 0; p < mask.length; p++) {
            if (labels[p] == label) {
                mask[p] = 0;
            }
        }
    }
}
