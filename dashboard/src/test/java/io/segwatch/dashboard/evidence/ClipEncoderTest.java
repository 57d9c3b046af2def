package io.segwatch.dashboard.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipEncoderTest {
    private static BufferedImage picture(int at, int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = picture.createGraphics();
        g.setColor(new Color(0x335577));
        g.fillRect(0, 0, width, height);
        g.setColor(Color.ORANGE);
        g.fillRect(at * 3 % width, height / 3, 40, 40);
        g.dispose();
        return picture;
    }

    @Test
    void picturesAreShownFromTheirOwnTimesAndTheIndexComesFirst(@TempDir Path folder) throws Exception {
        byte[] mp4;
        int[] times = {0, 100, 230, 1_000, 1_050, 4_000};
        try (ClipEncoder encoder = new ClipEncoder(641, 385, 10, 1)) {
            for (int i = 0; i < times.length; i++) {
                encoder.add(picture(i, i == 2 ? 320 : 641, i == 2 ? 200 : 385), times[i]);
            }
            mp4 = encoder.finish();
            assertThat(encoder.width()).isEqualTo(640);
            assertThat(encoder.height()).isEqualTo(384);
        }
        String text = new String(mp4, StandardCharsets.ISO_8859_1);
        assertThat(text.indexOf("moov")).isPositive().isLessThan(text.indexOf("mdat"));
        Path file = Files.write(folder.resolve("clip.mp4"), mp4);
        AVFormatContext read = new AVFormatContext(null);
        assertThat(avformat.avformat_open_input(read, file.toString(), null, (AVDictionary) null))
                .isZero();
        assertThat(avformat.avformat_find_stream_info(read, (AVDictionary) null))
                .isNotNegative();
        assertThat(read.streams(0).codecpar().codec_id()).isEqualTo(avcodec.AV_CODEC_ID_H264);
        assertThat(read.duration() / 1_000).isEqualTo(6_950);
        var packet = avcodec.av_packet_alloc();
        for (int time : times) {
            assertThat(avformat.av_read_frame(read, packet)).isZero();
            long ms = packet.pts() * 1_000 / read.streams(0).time_base().den();
            assertThat(ms).isEqualTo(time);
            avcodec.av_packet_unref(packet);
        }
        avcodec.av_packet_free(packet);
        avformat.avformat_close_input(read);
    }

    @Test
    void picturesThatNeedTooMuchStayUnderTheBoundWithASmallerShare() throws Exception {
        Random random = new Random(1);
        try (ClipEncoder encoder = new ClipEncoder(1280, 720, 10, 0.5)) {
            for (int i = 0; i < 100; i++) {
                BufferedImage noise = new BufferedImage(1280, 720, BufferedImage.TYPE_3BYTE_BGR);
                for (int y = 0; y < 720; y += 8) {
                    for (int x = 0; x < 1280; x += 8) {
                        int rgb = random.nextInt(1 << 24);
                        for (int k = 0; k < 64; k++) {
                            noise.setRGB(x + k % 8, y + k / 8, rgb);
                        }
                    }
                }
                encoder.add(noise, i * 100L);
            }
            assertThat(encoder.finish().length).isPositive().isLessThan(ClipMaker.MOST_BYTES);
        }
    }
}
