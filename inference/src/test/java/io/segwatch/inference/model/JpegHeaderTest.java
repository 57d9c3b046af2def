package io.segwatch.inference.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class JpegHeaderTest {
    @Test
    void theSizeIsReadWithoutDecoding() throws IOException {
        assertThat(JpegHeader.read(ByteBuffer.wrap(jpeg(321, 123)))).isEqualTo(new JpegHeader(321, 123));
    }

    @Test
    void whatFollowsTheEndDoesNotMatter() throws IOException {
        byte[] jpeg = jpeg(32, 16);
        assertThat(JpegHeader.read(ByteBuffer.wrap(Arrays.copyOf(jpeg, jpeg.length + 100))))
                .isEqualTo(new JpegHeader(32, 16));
    }

    @Test
    void anyCutIsRefused() throws IOException {
        byte[] jpeg = jpeg(64, 48);
        for (int length = 0; length < jpeg.length - 1; length++) {
            ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(jpeg, length));
            assertThatThrownBy(() -> JpegHeader.read(cut))
                    .as("%d of %d bytes", length, jpeg.length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void otherBytesAreNoJpeg() {
        assertThatThrownBy(() -> JpegHeader.read(ByteBuffer.wrap(new byte[100])))
                .hasMessage("the picture is no JPEG (100 bytes)");
    }

    private static byte[] jpeg(int width, int height) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR), "jpg", bytes);
        return bytes.toByteArray();
    }
}
