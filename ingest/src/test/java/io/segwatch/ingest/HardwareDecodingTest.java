package io.segwatch.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.segwatch.config.Configuration;
import io.segwatch.secrets.Credentials;
import io.segwatch.v1.Camera;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a machine that has the device or, mostly, has not. */
class HardwareDecodingTest {
    private static final Duration WITHIN = Duration.ofSeconds(10);

    @TempDir
    static Path folder;

    private static IngestConfig config(String hwaccel, Path files) {
        return Configuration.of(
                        Map.of("segwatch.ingest.file-roots", files.toString(), "segwatch.ingest.hwaccel", hwaccel))
                .get(IngestConfig.class);
    }

    @ParameterizedTest
    @CsvSource({
        "cuda, bframes-h264.mp4",
        "vaapi, bframes-h264.mp4",
        "vulkan, bframes-hevc.mp4",
        "v4l2m2m, bframes-h264.mp4",
        "auto, bframes-hevc.mp4",
        "none, bframes-h264.mp4"
    })
    void decodesEveryPictureAndSaysWithWhat(String hwaccel, String name) throws Exception {
        Path file = Path.of(HardwareDecodingTest.class.getResource(name).toURI());
        InputSpec source = InputSpec.of(
                Camera.newBuilder().setUrl(file.toUri().toString()).build(),
                config(hwaccel, file.getParent()),
                new Credentials(folder.resolve("credentials.properties")));
        int pictures = 0;
        try (Deadline deadline = new Deadline(32 << 20);
                VideoReader video = VideoReader.open(source, deadline, WITHIN)) {
            while (video.next(WITHIN)) {
                pictures++;
            }
            boolean software = video.decoder().hwaccel().isEmpty();
            boolean told = software && !hwaccel.equals("auto") && !hwaccel.equals("none");
            assertThat(video.decoder().note().isEmpty()).isNotEqualTo(told);
            if (told) {
                assertThat(video.decoder().note())
                        .startsWith("Decoded in software: no " + hwaccel.toUpperCase(Locale.ROOT) + " device")
                        .contains("segwatch.ingest.hwaccel=none");
            }
        }
        assertThat(pictures).isEqualTo(240);
    }

    @Test
    void refusesADeviceThatFfmpegDoesNotKnow() {
        assertThatThrownBy(() -> config("gpu", folder))
                .hasMessageContaining("segwatch.ingest.hwaccel")
                .hasMessageContaining("vaapi");
    }
}
