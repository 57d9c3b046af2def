package io.segwatch.inference.worker;

import io.segwatch.inference.model.DecodedMask;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.MaskPrompt;
import io.segwatch.inference.refine.InteriorPoint;

/**
 * One tracked instance: the box and the interior point of its last mask are the prompt for the next frame. A mask with
 * a low predicted IoU, or whose area changed abruptly, is a miss; several misses in a row lose the instance. For one
 * thread.
 */
final class Track {
    private static final float LEAST_IOU = 0.35f;
    private static final double MOST_GROWTH = 2.5;
    private static final int MOST_MISSES = 5;
    /** The box is widened by this part of its side, because the instance moves. */
    private static final double MARGIN = 0.08;

    private final String prompt;
    private DecodedMask last;
    private byte[] inside;
    private MaskBox box;
    private int misses;

    Track(String prompt, DecodedMask first, InputGeometry geometry) {
        this.prompt = prompt;
        byte[] mask = first.inside(geometry, first.width(), first.height());
        accept(first, mask, MaskBox.of(mask, first.width(), first.height()));
    }

    String prompt() {
        return prompt;
    }

    /** False once the instance is lost. */
    boolean isAlive() {
        return misses <= MOST_MISSES && box.area() > 0;
    }

    /** The prompt for the next frame. */
    MaskPrompt next(InputGeometry geometry) {
        InteriorPoint point = InteriorPoint.of(inside, last.width(), last.height());
        double scaleX = (double) geometry.validWidth() / last.width();
        double scaleY = (double) geometry.validHeight() / last.height();
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

    /** Takes the answer for the next frame; true when it shows the instance. */
    boolean update(DecodedMask answer, InputGeometry geometry) {
        byte[] mask = answer.inside(geometry, answer.width(), answer.height());
        MaskBox next = MaskBox.of(mask, answer.width(), answer.height());
        boolean sameSize = next.area() <= box.area() * MOST_GROWTH && next.area() * MOST_GROWTH >= box.area();
        if (answer.iou() < LEAST_IOU || !sameSize || answer.width() != last.width()) {
            misses++;
            return false;
        }
        misses = 0;
        accept(answer, mask, next);
        return true;
    }

    private void accept(DecodedMask answer, byte[] mask, MaskBox maskBox) {
        last = answer;
        inside = mask;
        box = maskBox;
    }
}
