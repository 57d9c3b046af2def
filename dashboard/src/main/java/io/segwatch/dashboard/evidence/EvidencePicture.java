package io.segwatch.dashboard.evidence;

import io.segwatch.contracts.RingPath;
import io.segwatch.contracts.Rle;
import io.segwatch.v1.Camera;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.PrivacyMask;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Zone;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.ImageOutputStream;

/** Draws what an alert is about over the frame that it is about. */
final class EvidencePicture {
    private static final int MAX_PIXELS = 16 << 20;
    private static final int MASK_ALPHA = 0x80;
    /** Of a picture in a list. */
    static final int SMALL_WIDTH = 320;

    private static final float QUALITY = 0.85f;
    private static final float SMALL_QUALITY = 0.7f;

    private EvidencePicture() {}

    /**
     * What is drawn over a frame.
     *
     * @param colors of the queries to draw, by their ids
     * @param caption at its foot
     */
    record Overlay(List<QueryMask> queries, Map<String, Color> colors, Optional<Zone> zone, String caption) {}

    /**
     * A picture as JPEG, with the masks of queries, the outline of the zone and a caption.
     *
     * @param masks of the camera as they are now
     * @param small for a list: at most {@link #SMALL_WIDTH} wide
     * @throws IOException when it is no picture, or a mask no mask
     */
    static byte[] draw(byte[] jpeg, boolean small, Collection<PrivacyMask> masks, Optional<Overlay> overlay)
            throws IOException {
        BufferedImage whole = rgb(decoded(jpeg));
        MaskedParts.blacken(whole, masks);
        BufferedImage picture = small && whole.getWidth() > SMALL_WIDTH ? scaled(whole, SMALL_WIDTH) : whole;
        if (overlay.isPresent()) {
            draw(picture, overlay.get());
        }
        return encoded(picture, small ? SMALL_QUALITY : QUALITY);
    }

    private static void draw(BufferedImage picture, Overlay overlay) throws IOException {
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (QueryMask query : overlay.queries()) {
            Color color = overlay.colors().get(query.getQuery());
            if (color != null && query.getMask().getWidth() > 0) {
                g.drawImage(overlay(query.getMask(), color), 0, 0, picture.getWidth(), picture.getHeight(), null);
            }
        }
        overlay.zone().ifPresent(shape -> outline(g, shape, picture.getWidth(), picture.getHeight()));
        EvidenceCaption.draw(g, overlay.caption(), picture.getWidth(), picture.getHeight());
        g.dispose();
    }

    /** The frame's JPEG, with what its camera's masks and hidden queries cover made unrecognisable. */
    static byte[] hidden(Frame frame, Optional<Observation> observation, Camera camera) throws IOException {
        byte[] jpeg = frame.getJpeg().toByteArray();
        if (!HiddenParts.applyTo(camera) && camera.getPrivacyMasksCount() == 0) {
            return jpeg;
        }
        BufferedImage picture = decoded(jpeg);
        HiddenParts.hide(picture, camera.getHiddenQueriesList(), observation);
        MaskedParts.blacken(picture, camera.getPrivacyMasksList());
        return encoded(picture, QUALITY);
    }

    /** @throws IOException when it is no JPEG, or one of too many pixels */
    static BufferedImage decoded(byte[] jpeg) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(jpeg))) {
            Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("jpg");
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                if ((long) reader.getWidth(0) * reader.getHeight(0) > MAX_PIXELS) {
                    throw new IOException("The frame has more than " + MAX_PIXELS + " pixels");
                }
                return reader.read(0);
            } finally {
                reader.dispose();
            }
        }
    }

    private static BufferedImage scaled(BufferedImage picture, int width) {
        int height = Math.max(1, (int) Math.round((double) picture.getHeight() * width / picture.getWidth()));
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = scaled.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(picture, 0, 0, width, height, null);
        g.dispose();
        return scaled;
    }

    private static BufferedImage rgb(BufferedImage picture) {
        if (picture.getType() == BufferedImage.TYPE_INT_RGB || picture.getType() == BufferedImage.TYPE_3BYTE_BGR) {
            return picture;
        }
        BufferedImage rgb = new BufferedImage(picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = rgb.createGraphics();
        g.drawImage(picture, 0, 0, null);
        g.dispose();
        return rgb;
    }

    private static byte[] encoded(BufferedImage picture, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(jpeg)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), how);
        } finally {
            writer.dispose();
        }
        return jpeg.toByteArray();
    }

    private static BufferedImage overlay(Mask mask, Color color) throws IOException {
        byte[] inside;
        try {
            inside = Rle.decode(mask);
        } catch (IllegalArgumentException e) {
            throw new IOException("A mask cannot be read: " + e.getMessage(), e);
        }
        BufferedImage overlay = new BufferedImage(mask.getWidth(), mask.getHeight(), BufferedImage.TYPE_INT_ARGB);
        int argb = MASK_ALPHA << 24 | color.getRGB() & 0xffffff;
        for (int i = 0; i < inside.length; i++) {
            if (inside[i] != 0) {
                overlay.setRGB(i % mask.getWidth(), i / mask.getWidth(), argb);
            }
        }
        return overlay;
    }

    private static void outline(Graphics2D g, Zone zone, int width, int height) {
        g.setColor(Color.WHITE);
        g.setStroke(new BasicStroke(2));
        g.draw(RingPath.of(zone, width, height));
    }
}
