package io.segwatch.inference.worker;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.Fit;
import io.segwatch.inference.model.MaskPrompt;
import io.segwatch.inference.refine.InnerPoint;

/**
 * One thing that is followed: the mask of the last frame, its box and its innermost point are the prompt for the next.
 * A mask that the head does not believe in, or that has suddenly another size, is a miss; the thing is lost after a few
 * in a row. For one thread.
 */
final class Track {
    private static final float LEAST_IOU = 0.35f;
    private static final double MOST_GROWTH = 2.5;
    private static final int MOST_MISSES = 5;
    /** The box is widened by this part of its side, for the thing has moved on. */
    private static final double MARGIN = 0.08;

    private final String prompt;
    private DecodedMask last;
    private byte[] inside;
    private int area;
    private int misses;

    Track(String prompt, DecodedMask first, Fit fit) {
        this.prompt = prompt;
        accept(first, fit);
    }

    String prompt() {
        return prompt;
    }

    /** False once the thing has been lost. */
    boolean isAlive() {
        return misses <= MOST_MISSES && area > 0;
    }

    /** The question to ask about the next frame. */
    MaskPrompt next(Fit fit) {
        MaskBox box = MaskBox.of(inside, last.width(), last.height());
        InnerPoint point = InnerPoint.of(inside, last.width(), last.height());
        double scaleX = (double) fit.validWidth() / last.width();
        double scaleY = (double) fit.validHeight() / last.height();
        double marginX = (box.x1() - box.x0()) * MARGIN;
        double marginY = (box.y1() - box.y0()) * MARGIN;
        return MaskPrompt.builder()
                .box(
                        Math.max(0, box.x0() - marginX) * scaleX,
                        Math.max(0, box.y0() - marginY) * scaleY,
                        Math.min(last.width(), box.x1() + marginX) * scaleX,
                        Math.min(last.height(), box.y1() + marginY) * scaleY)
                .point((point.x() + 0.5) * scaleX, (point.y() + 0.5) * scaleY, true)
                .earlier(last.logits())
                .build();
    }

    /** Takes the answer about the next frame; true when it shows the thing. */
    boolean update(DecodedMask answer, Fit fit) {
        byte[] now = answer.inside(fit, answer.width(), answer.height());
        int nowArea = area(now);
        boolean sameSize = nowArea <= area * MOST_GROWTH && nowArea * MOST_GROWTH >= area;
        if (answer.iou() < LEAST_IOU || !sameSize || answer.width() != last.width()) {
            misses++;
            return false;
        }
        misses = 0;
        accept(answer, fit);
        return true;
    }

    private void accept(DecodedMask mask, Fit fit) {
        last = mask;
        inside = mask.inside(fit, mask.width(), mask.height());
        area = area(inside);
    }

    private static int area(byte[] mask) {
        int area = 0;
        for (byte pixel : mask) {
            area += pixel;
        }
        return area;
    }
}
