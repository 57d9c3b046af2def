package io.segwatch.inference.segment;

import org.bytedeco.opencv.opencv_core.Mat;

/**
 * A decoded picture or frame, or why there is none.
 *
 * @param input where it comes from
 * @param frame its number in a video from 0, or -1
 * @param timeMs its time in a video, or -1
 * @param pixels BGR, upright; null with an error; the holder closes it
 * @param error null with pixels
 */
record Picture(Input input, long frame, long timeMs, Mat pixels, String error) {
    static Picture failed(Input input, String error) {
        return new Picture(input, -1, -1, null, error);
    }
}
