package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** A clip's pictures as a player decodes them: the brightness of each pixel, 0..255, row-major. */
record DecodedClip(int width, List<int[]> pictures) {
    static DecodedClip of(byte[] mp4, Path folder) throws Exception {
        Path file = Files.write(Files.createTempFile(folder, "clip", ".mp4"), mp4);
        AVFormatContext input = new AVFormatContext(null);
        assertThat(avformat.avformat_open_input(input, file.toString(), null, (AVDictionary) null))
                .isZero();
        assertThat(avformat.avformat_find_stream_info(input, (AVDictionary) null))
                .isNotNegative();
        AVCodec codec = avcodec.avcodec_find_decoder(input.streams(0).codecpar().codec_id());
        AVCodecContext decoder = avcodec.avcodec_alloc_context3(codec);
        avcodec.avcodec_parameters_to_context(decoder, input.streams(0).codecpar());
        assertThat(avcodec.avcodec_open2(decoder, codec, (AVDictionary) null)).isZero();
        AVPacket packet = avcodec.av_packet_alloc();
        AVFrame frame = avutil.av_frame_alloc();
        List<int[]> pictures = new ArrayList<>();
        while (avformat.av_read_frame(input, packet) == 0) {
            avcodec.avcodec_send_packet(decoder, packet);
            avcodec.av_packet_unref(packet);
            receive(decoder, frame, pictures);
        }
        avcodec.avcodec_send_packet(decoder, (AVPacket) null);
        receive(decoder, frame, pictures);
        DecodedClip clip = new DecodedClip(decoder.width(), pictures);
        avutil.av_frame_free(frame);
        avcodec.av_packet_free(packet);
        avcodec.avcodec_free_context(decoder);
        avformat.avformat_close_input(input);
        return clip;
    }

    private static void receive(AVCodecContext decoder, AVFrame frame, List<int[]> pictures) {
        while (avcodec.avcodec_receive_frame(decoder, frame) == 0) {
            int[] picture = new int[frame.width() * frame.height()];
            BytePointer luma = frame.data(0);
            for (int i = 0; i < picture.length; i++) {
                long at = (long) i / frame.width() * frame.linesize(0) + i % frame.width();
                // Of 16 to 235, as video has it.
                picture[i] = Math.round(((luma.get(at) & 255) - 16) * 255 / 219f);
            }
            pictures.add(picture);
        }
    }
}
