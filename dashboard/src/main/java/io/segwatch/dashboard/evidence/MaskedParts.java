package io.segwatch.dashboard.evidence;

import io.segwatch.contracts.RingPath;
import io.segwatch.v1.PrivacyMask;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.util.Collection;

/**
 * Blackens what a camera's privacy masks cover. Ingest burns them into every frame; a picture that was kept before one
 * was drawn gets it when it is shown.
 */
final class MaskedParts {
    /** JPEG spreads a pixel's colour over its neighbours. */
    private static final BasicStroke MARGIN = new BasicStroke(4);

    private MaskedParts() {}

    static void blacken(BufferedImage picture, Collection<PrivacyMask> masks) {
        if (masks.isEmpty()) {
            return;
        }
        Graphics2D g = picture.createGraphics();
        g.setColor(Color.BLACK);
        for (PrivacyMask mask : masks) {
            Path2D outline = RingPath.of(mask, picture.getWidth(), picture.getHeight());
            g.fill(outline);
            g.setStroke(MARGIN);
            g.draw(outline);
        }
        g.dispose();
    }
}
