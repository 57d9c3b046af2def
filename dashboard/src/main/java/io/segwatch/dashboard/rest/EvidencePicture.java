package io.segwatch.dashboard.rest;

import io.segwatch.contracts.Rle;
import io.segwatch.v1.Frame;
import io.segwatch.v1.Mask;
import io.segwatch.v1.Observation;
import io.segwatch.v1.Point;
import io.segwatch.v1.QueryMask;
import io.segwatch.v1.Ring;
import io.segwatch.v1.Zone;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/** Draws what an alert is about over the frame that it is about. */
final class EvidencePicture {
    private static final int MAX_PIXELS = 16 << 20;
    private static final int MASK_ALPHA = 0x80;
    /** Of a picture that is kept with an alert. */
    static final int MOST_BYTES = 60_000;

    private static final float[] QUALITIES = {0.85f, 0.7f, 0.5f};
    private static final int MOST_HALVINGS = 6;

    private EvidencePicture() {}

    /**
     * What is drawn over a frame.
     *
     * @param hidden queries of which what was found is made unrecognisable first
     * @param colors of the queries to draw, by their ids
     * @param caption at its foot
     */
    record Overlay(Collection<String> hidden, Map<String, Color> colors, Optional<Zone> zone, String caption) {}

    /**
     * The frame as JPEG of at most {@link #MOST_BYTES}, with the masks of these queries, the outline of the zone and a
     * caption.
     *
     * @throws IOException when the frame is no picture, or a mask no mask
     */
    static byte[] draw(Frame frame, Optional<Observation> observation, Overlay overlay) throws IOException {
        BufferedImage picture = rgb(decoded(frame));
        hide(picture, observation, overlay.hidden());
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        for (QueryMask query : observation.map(Observation::getQueriesList).orElse(java.util.List.of())) {
            Color color = overlay.colors().get(query.getQuery());
            if (color != null && query.getMask().getWidth() > 0) {
                g.drawImage(overlay(query.getMask(), color), 0, 0, picture.getWidth(), picture.getHeight(), null);
            }
        }
        overlay.zone().ifPresent(shape -> outline(g, shape, picture.getWidth(), picture.getHeight()));
        EvidenceCaption.draw(g, overlay.caption(), picture.getWidth(), picture.getHeight());
        g.dispose();
        return small(picture);
    }

    /** The frame as JPEG, with what was found of these queries made unrecognisable. */
    static byte[] hidden(Frame frame, Optional<Observation> observation, Collection<String> queries)
            throws IOException {
        BufferedImage picture = decoded(frame);
        hide(picture, observation, queries);
        return encoded(picture);
    }

    private static void hide(BufferedImage picture, Optional<Observation> observation, Collection<String> queries)
            throws IOException {
        if (!queries.isEmpty()) {
            HiddenParts.hide(picture, queries, observation);
        }
    }

    private static BufferedImage decoded(Frame frame) throws IOException {
        if ((long) frame.getWidth() * frame.getHeight() > MAX_PIXELS) {
            throw new IOException("The frame has more than " + MAX_PIXELS + " pixels");
        }
        BufferedImage picture =
                ImageIO.read(new ByteArrayInputStream(frame.getJpeg().toByteArray()));
        if (picture == null) {
            throw new IOException("The frame is no JPEG");
        }
        return picture;
    }

    /** Of the lesser quality, and then of the lesser size, that it takes. */
    private static byte[] small(BufferedImage picture) throws IOException {
        BufferedImage shown = picture;
        for (int tries = 0; tries < MOST_HALVINGS; tries++) {
            for (float quality : QUALITIES) {
                byte[] jpeg = encoded(shown, quality);
                if (jpeg.length <= MOST_BYTES) {
                    return jpeg;
                }
            }
            shown = half(shown);
        }
        throw new IOException("The picture is too large to be kept");
    }

    private static BufferedImage half(BufferedImage picture) {
        int width = Math.max(1, picture.getWidth() / 2);
        int height = Math.max(1, picture.getHeight() / 2);
        BufferedImage half = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = half.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(picture, 0, 0, width, height, null);
        g.dispose();
        return half;
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

    private static byte[] encoded(BufferedImage picture) throws IOException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(picture, "jpg", jpeg);
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
        for (Ring ring : zone.getRingsList()) {
            Path2D path = new Path2D.Double();
            for (Point point : ring.getPointsList()) {
                if (path.getCurrentPoint() == null) {
                    path.moveTo(point.getX() * width, point.getY() * height);
                } else {
                    path.lineTo(point.getX() * width, point.getY() * height);
                }
            }
            if (zone.getKind() != Zone.Kind.LINE) {
                path.closePath();
            }
            g.draw(path);
        }
    }
}
