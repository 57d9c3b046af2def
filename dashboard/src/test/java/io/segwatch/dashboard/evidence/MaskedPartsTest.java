package io.segwatch.dashboard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Point;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.Ring;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class MaskedPartsTest {
    private static final Camera CAMERA = Camera.newBuilder()
            .setId("gate")
            .addPrivacyMasks(PrivacyMask.newBuilder()
                    .setOutline(Ring.newBuilder()
                            .addPoints(Point.newBuilder().setX(0.5).setY(0))
                            .addPoints(Point.newBuilder().setX(1).setY(0))
                            .addPoints(Point.newBuilder().setX(1).setY(1))
                            .addPoints(Point.newBuilder().setX(0.5).setY(1))))
            .build();

    private static byte[] white() throws Exception {
        BufferedImage picture = new BufferedImage(320, 192, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, 320, 192);
        g.dispose();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", jpeg);
        return jpeg.toByteArray();
    }

    private static void checkRightHalfIsBlack(byte[] jpeg) throws Exception {
        BufferedImage picture = EvidencePicture.decoded(jpeg);
        int width = picture.getWidth();
        for (int y = 0; y < picture.getHeight(); y++) {
            assertThat(picture.getRGB(width / 4, y) & 0xff).isGreaterThan(240);
            for (int x = width / 2; x < width; x++) {
                assertThat(picture.getRGB(x, y) & 0xff).isLessThan(16);
            }
        }
    }

    @Test
    void aFrameThatWasKeptBeforeAMaskWasDrawnIsBlackUnderItWhenItIsShown() throws Exception {
        Frame frame = Frame.newBuilder()
                .setWidth(320)
                .setHeight(192)
                .setJpeg(ByteString.copyFrom(white()))
                .build();
        checkRightHalfIsBlack(EvidencePicture.hidden(frame, Optional.empty(), CAMERA));
    }

    @Test
    void anAlertsPictureIsBlackUnderItWithAndWithoutOverlayAndSmall() throws Exception {
        for (boolean small : List.of(true, false)) {
            checkRightHalfIsBlack(EvidencePicture.draw(white(), small, CAMERA.getPrivacyMasksList(), Optional.empty()));
        }
    }
}
