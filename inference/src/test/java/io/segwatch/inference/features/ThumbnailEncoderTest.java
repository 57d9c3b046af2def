package io.segwatch.inference.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.randu;

import com.google.protobuf.ByteString;
import io.segwatch.inference.model.InputGeometry;
import io.segwatch.inference.model.JpegHeader;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.junit.jupiter.api.Test;

class ThumbnailEncoderTest {
    private static JpegHeader header(ByteString jpeg) {
        assertThat(jpeg.size()).isLessThanOrEqualTo(ThumbnailEncoder.MOST_BYTES);
        return JpegHeader.read(jpeg.asReadOnlyByteBuffer());
    }

    @Test
    void thePictureIsMadeSmallWithoutItsPadding() {
        try (ThumbnailEncoder encoder = new ThumbnailEncoder();
                Mat input = new Mat(640, 640, CV_8UC3, new Scalar(200, 30, 20, 0))) {
            JpegHeader wide = header(encoder.encode(input, new InputGeometry(640, 640, 640, 360)));
            assertThat(wide.width()).isEqualTo(320);
            assertThat(wide.height()).isEqualTo(180);
            JpegHeader small = header(encoder.encode(input, new InputGeometry(640, 640, 64, 128)));
            assertThat(small.width()).isEqualTo(64);
        }
    }

    @Test
    void noiseFitsToo() {
        try (ThumbnailEncoder encoder = new ThumbnailEncoder();
                Mat input = new Mat(352, 640, CV_8UC3);
                Mat low = new Mat(new double[] {0, 0, 0});
                Mat high = new Mat(new double[] {255, 255, 255})) {
            randu(input, low, high);
            header(encoder.encode(input, new InputGeometry(640, 352, 640, 352)));
        }
    }
}
