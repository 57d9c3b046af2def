package io.segwatch.dashboard.evidence;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The line at the foot of an evidence picture: which camera, and when. */
final class EvidenceCaption {
    private static final Logger log = LoggerFactory.getLogger(EvidenceCaption.class);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss z", Locale.ROOT);
    private static final int SMALLEST = 11;
    private static final int LARGEST = 22;
    private static final Color BEHIND = new Color(0, 0, 0, 0xa0);

    private EvidenceCaption() {}

    /**
     * For example "Door · 2026-11-28 09:15:02 CET".
     *
     * @param timeZone IANA name; empty for UTC
     */
    static String text(String camera, long atMs, String timeZone) {
        return camera + " · " + TIME.format(Instant.ofEpochMilli(atMs).atZone(zone(timeZone)));
    }

    private static ZoneId zone(String name) {
        try {
            return name.isEmpty() ? ZoneId.of("UTC") : ZoneId.of(name);
        } catch (DateTimeException e) {
            return ZoneId.of("UTC");
        }
    }

    /** On a machine without fonts the picture stays without it, and the log says so. */
    static void draw(Graphics2D g, String text, int width, int height) {
        try {
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            int size = Math.max(SMALLEST, Math.min(LARGEST, height / 24));
            g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
            FontMetrics metrics = g.getFontMetrics();
            String line = text;
            while (line.length() > 1 && metrics.stringWidth(line) > width - size) {
                line = line.substring(1);
            }
            int band = metrics.getHeight() + size / 3;
            g.setColor(BEHIND);
            g.fillRect(0, height - band, width, band);
            g.setColor(Color.WHITE);
            g.drawString(line, size / 2, height - band + metrics.getAscent() + size / 6);
        } catch (RuntimeException | LinkageError | InternalError e) {
            log.warn("Evidence has no line with camera and time, for this machine has no fonts: {}", e.toString());
        }
    }
}
