package io.segwatch.inference.segment;

import java.nio.charset.StandardCharsets;

/** What kind of file it is, by its first bytes, where the decoder cannot read it. */
enum PictureKind {
    AVIF("an AVIF picture"),
    HEIC("an HEIC picture"),
    JPEG_2000("a JPEG 2000 picture"),
    JPEG_XL("a JPEG XL picture"),
    SVG("an SVG drawing"),
    PDF("a PDF document"),
    VIDEO("a video with the suffix of a picture"),
    OTHER("");

    private final String words;

    PictureKind(String words) {
        this.words = words;
    }

    static PictureKind of(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(256, bytes.length), StandardCharsets.ISO_8859_1);
        if (start.startsWith("ftyp", 4)) {
            String brands = start.substring(8, Math.min(start.length(), 8 + 32));
            return brands.contains("avi") ? AVIF : brands.matches("(?s).*(hei|hev|mif1).*") ? HEIC : VIDEO;
        } else if (start.startsWith("jP  ", 4) || start.startsWith("\u00ff\u004f\u00ff\u0051")) {
            return JPEG_2000;
        } else if (start.startsWith("JXL ", 4) || start.startsWith("\u00ff\n")) {
            return JPEG_XL;
        } else if (start.startsWith("%PDF")) {
            return PDF;
        }
        return start.contains("<svg") ? SVG : OTHER;
    }

    /** Why such a file gives no picture. */
    String unread() {
        return this == OTHER
                ? "is no picture that can be read, or is damaged"
                : "is " + words + ", which is not read; convert it to PNG or JPEG";
    }
}
