package io.segwatch.inference.worker;

import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imencode;
import static org.bytedeco.opencv.global.opencv_imgproc.FILLED;
import static org.bytedeco.opencv.global.opencv_imgproc.rectangle;

import com.google.protobuf.ByteString;
import io.segwatch.v1.Frame;
import io.segwatch.v1.FrameId;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;

/** Pictures for tests: a grey ground with a red box that moves with the sequence number. */
final class Pictures {
    private Pictures() {}

    static Frame frame(String camera, long epoch, long sequence, int width, int height) {
        return Frame.newBuilder()
                .setId(FrameId.newBuilder().setCamera(camera).setEpoch(epoch).setSequence(sequence))
                .setCapturedAtMs(1_000_000_000_000L + epoch * 1_000_000 + sequence * 100)
                .setWidth(width)
                .setHeight(height)
                .setSourceWidth(width)
                .setSourceHeight(height)
                .setTargetFps(10)
                .setJpeg(jpeg(width, height, (int) (sequence % 10) * width / 20))
                .build();
    }

    static ByteString jpeg(int width, int height, int boxAt) {
        try (Mat picture = new Mat(height, width, CV_8UC3, new Scalar(90, 90, 90, 0));
                Rect box = new Rect(boxAt, height / 4, width / 3, height / 2);
                Scalar red = new Scalar(20, 30, 200, 0);
                BytePointer bytes = new BytePointer()) {
            rectangle(picture, box, red, FILLED, 8, 0);
            imencode(".jpg", picture, bytes);
            byte[] jpeg = new byte[(int) bytes.limit()];
            bytes.get(jpeg);
            return ByteString.copyFrom(jpeg);
        }
    }
}
