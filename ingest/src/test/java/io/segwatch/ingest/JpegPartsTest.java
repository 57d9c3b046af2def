package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class JpegPartsTest {
    private static final String TYPE = "Content-Type: image/jpeg\r\n";

    /** Text and pictures (the digits) one after the other. */
    private static byte[] stream(String... pieces) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (String piece : pieces) {
            bytes.writeBytes(
                    piece.matches("\\d")
                            ? StreamServer.jpeg(Integer.parseInt(piece))
                            : piece.getBytes(StandardCharsets.ISO_8859_1));
        }
        return bytes.toByteArray();
    }

    private static List<byte[]> pictures(InputStream parts) throws IOException {
        List<byte[]> found = new ArrayList<>();
        while (true) {
            byte[] picture = next(parts);
            if (picture.length == 0) {
                return found;
            }
            found.add(picture);
        }
    }

    /** Reads one part as FFmpeg does: lines, then as many bytes as they say. */
    private static byte[] next(InputStream parts) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int read = parts.read();
            if (read < 0) {
                return new byte[0];
            }
            head.append((char) read);
        }
        int length = Integer.parseInt(head.toString().replaceAll("(?s).*Content-Length: (\\d+).*", "$1"));
        byte[] picture = parts.readNBytes(length);
        parts.readNBytes(2);
        return picture;
    }

    private static void assertThreePictures(String... pieces) throws IOException {
        List<byte[]> found = pictures(new JpegParts(new ByteArrayInputStream(stream(pieces)), 1 << 20));
        assertThat(found).hasSize(3);
        for (int i = 0; i < 3; i++) {
            assertThat(found.get(i)).isEqualTo(StreamServer.jpeg(i + 1));
        }
    }

    @Test
    void findsThePicturesHoweverTheyAreStrungTogether() throws Exception {
        String b = "--frame\r\n";
        assertThreePictures(
                b, TYPE, "\r\n", "1", "\r\n", b, TYPE, "\r\n", "2", "\r\n", b, TYPE, "\r\n", "3", "\r\n--frame--");
        assertThreePictures(TYPE, "\r\n", "1", "\r\n", b, TYPE, "\r\n", "2", b, TYPE, "\r\n", "3");
        assertThreePictures(b, "\r\n", "1", b, "\r\n", "2", b, "\r\n", "3");
        assertThreePictures("frame\n\n", "1", "\nframe\n\n", "2", "frame\n\n", "3");
        assertThreePictures("1", "2", "3");
        assertThreePictures("\r\n", "1", "\0\0\0", "2", "\r\n", "3", "\r\n");
        assertThreePictures(b, "Content-Length: 7\r\n\r\n", "1", b, "Content-Length: 99999999\r\n\r\n", "2", b, "3");
        assertThreePictures(
                b,
                "Content-Type: text/plain\r\n\r\n",
                "motion at 12:00\r\n",
                b,
                TYPE,
                "\r\n",
                "1",
                b,
                "x\r\n",
                "2",
                "3");
    }

    @Test
    void passesAPictureOnWithoutWaitingForTheNext() throws Exception {
        try (PipedOutputStream camera = new PipedOutputStream();
                PipedInputStream line = new PipedInputStream(camera, 1 << 20)) {
            JpegParts parts = new JpegParts(line, 1 << 20);
            for (int i = 1; i < 4; i++) {
                camera.write(stream(Integer.toString(i)));
                camera.flush();
                assertThat(next(parts)).isEqualTo(StreamServer.jpeg(i));
            }
        }
    }

    @Test
    void leavesOutAPictureThatIsCutOff() throws Exception {
        byte[] whole = stream("1");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Arrays.copyOf(whole, whole.length - 300));
        bytes.writeBytes(stream("--frame\r\n", TYPE, "\r\n", "2"));
        bytes.writeBytes(Arrays.copyOf(whole, whole.length / 2));
        assertThat(pictures(new JpegParts(new ByteArrayInputStream(bytes.toByteArray()), 1 << 20)))
                .containsExactly(stream("2"));
    }

    @Test
    void takesThePictureInAPicturesHeaderForNone() throws Exception {
        byte[] thumbnail = stream("1");
        byte[] whole = stream("2");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(whole, 0, 2);
        int length = thumbnail.length + 2;
        bytes.writeBytes(new byte[] {(byte) 0xff, (byte) 0xe1, (byte) (length >> 8), (byte) length});
        bytes.writeBytes(thumbnail);
        bytes.write(whole, 2, whole.length - 2);
        assertThat(pictures(new JpegParts(new ByteArrayInputStream(bytes.toByteArray()), 1 << 20)))
                .containsExactly(bytes.toByteArray());
    }

    @Test
    void boundsAPictureAndGoesOnBehindIt() throws Exception {
        byte[] endless = Arrays.copyOf(stream("1"), 200_000);
        Arrays.fill(endless, stream("1").length - 2, endless.length, (byte) 7);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(endless);
        bytes.writeBytes(stream("2"));
        assertThat(pictures(new JpegParts(new ByteArrayInputStream(bytes.toByteArray()), 50_000)))
                .containsExactly(stream("2"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void survivesAnyBytes(int seed) throws Exception {
        Random random = new Random(seed);
        byte[] bytes = new byte[100_000];
        random.nextBytes(bytes);
        for (int i = 0; i < 2_000; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) (random.nextBoolean() ? 0xff : 0xd8 + random.nextInt(3));
        }
        assertThat(pictures(new JpegParts(new ByteArrayInputStream(bytes), 10_000))
                        .size())
                .isGreaterThanOrEqualTo(0);
    }

    @Test
    void tellsAStreamFromAStillPicture() throws Exception {
        byte[] jpeg = stream("1");
        assertThat(JpegParts.isStream("image/jpeg", jpeg, jpeg.length)).isFalse();
        assertThat(JpegParts.isStream("image/jpeg", jpeg, -1)).isTrue();
        assertThat(JpegParts.isStream("multipart/x-mixed-replace", new byte[0], -1))
                .isTrue();
        assertThat(JpegParts.isStream("text/html", stream("<html>"), -1)).isFalse();
        assertThat(JpegParts.isStream("", stream("--frame\r\nContent-Type: image/jpeg\r\n"), -1))
                .isTrue();
        assertThat(JpegParts.isStream("video/mp4", stream(TYPE), -1)).isTrue();
        JpegParts still = new JpegParts(new ByteArrayInputStream(jpeg), 1 << 20);
        pictures(still);
        assertThat(still.still()).isTrue();
        JpegParts two = new JpegParts(new ByteArrayInputStream(stream("1", "2")), 1 << 20);
        pictures(two);
        assertThat(two.still()).isFalse();
    }

    @Test
    void saysWhatIsThereInsteadOfPictures() throws Exception {
        JpegParts parts = new JpegParts(
                new ByteArrayInputStream(stream("--x\r\nContent-Type: image/png\r\n\r\n", "\u0089PNG\r\n")), 1 << 20);
        pictures(parts);
        assertThat(parts.odd()).contains("image/png");
        JpegParts empty = new JpegParts(new ByteArrayInputStream(stream("no such camera")), 1 << 20);
        pictures(empty);
        assertThat(empty.odd()).contains("no JPEG");
    }
}
