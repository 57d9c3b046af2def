package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final String TEXT =
            "whsec_" + Base64.getEncoder().encodeToString("0123456789abcdef01234567".getBytes());

    @TempDir
    Path folder;

    @Test
    void findsWhatWasPutAlsoAfterARestart() throws Exception {
        Path file = folder.resolve("new/secrets.properties");
        new Secrets(file).put("desk", Secrets.Secret.of(TEXT));
        assertThat(new Secrets(file).find("desk").orElseThrow().key())
                .asString()
                .isEqualTo("0123456789abcdef01234567");
        assertThat(new Secrets(file).find("door")).isEmpty();
    }

    @Test
    void onlyTheOwnerCanReadTheFile() throws Exception {
        Path file = folder.resolve("secrets.properties");
        new Secrets(file).put("desk", Secrets.Secret.of(TEXT));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void forgetsWhatIsRemoved() throws Exception {
        Secrets secrets = new Secrets(folder.resolve("secrets.properties"));
        secrets.put("desk", Secrets.Secret.of(TEXT));
        secrets.remove("desk");
        assertThat(secrets.find("desk")).isEmpty();
        assertThat(Files.readString(folder.resolve("secrets.properties"))).doesNotContain("whsec_");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "hunter2hunter2", "whsec_", "whsec_c2hvcnQ=", "whsec_not base64, but long enough for it!"})
    void refusesWhatIsNoSecretWithoutShowingIt(String text) {
        assertThatThrownBy(() -> Secrets.Secret.of(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("openssl rand")
                .hasNoCause()
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain(text.length() < 10 ? "no such text" : text);
    }

    @Test
    void aSecretsTextShowsNothing() {
        assertThat(Secrets.Secret.of(TEXT).toString()).isEqualTo("***");
    }
}
