package io.segwatch.inference.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.inference.ModelFolder;
import io.segwatch.inference.TinyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextModelsTest {
    @TempDir
    private Path folder;

    @Test
    void aModelIsLoadedWhenItIsAskedAndLetGoWhenNobodyDoes() {
        try (TextModels models = new TextModels(Optional.empty(), List.of(TinyModel.FOLDER))) {
            assertThat(models.letGo(Duration.ofHours(1))).isZero();
            assertThat(models.ask(models.current(), model -> model.knows("person")))
                    .contains(true);
            assertThat(models.letGo(Duration.ofHours(1))).isEqualTo(1);
            assertThat(models.letGo(Duration.ZERO)).isZero();
            assertThat(models.ask(models.current(), model -> model.knows("person")))
                    .contains(true);
        }
    }

    @Test
    void anEarlierModelIsFoundByItsIdAndWithoutItsPictureNetworks() throws Exception {
        ModelFolder earlier = ModelFolder.copyTo(folder).set("version", "earlier");
        Files.delete(earlier.path().resolve("image_encoder.onnx"));
        Files.delete(earlier.path().resolve("mask_decoder.onnx"));
        Path missing = folder.resolve("missing");
        try (TextModels models = new TextModels(Optional.empty(), List.of(TinyModel.FOLDER, missing, folder))) {
            assertThat(models.ask(
                            "segwatch-tiny@earlier",
                            model -> model.encodeText(List.of("person")).get(0).length))
                    .contains(16);
            assertThat(models.ask("segwatch-tiny@none", model -> 1)).isEmpty();
        }
    }

    @Test
    void theWorkersModelIsSharedAndStays() {
        try (TextModels models = new TextModels(Optional.of(TinyModel.shared().text()), List.of(folder))) {
            assertThat(models.current()).isEqualTo("segwatch-tiny@0");
            assertThat(models.ask(
                            "segwatch-tiny@0",
                            model -> model == TinyModel.shared().text()))
                    .contains(true);
            assertThat(models.letGo(Duration.ZERO)).isZero();
        }
        assertThat(TinyModel.shared().knows("person")).isTrue();
    }
}
