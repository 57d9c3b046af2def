package io.segwatch.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final String TEXT =
            "whsec_" + Base64.getEncoder().encodeToString("0123456789abcdef01234567".getBytes());

    private static final String DESK = "https://example.com:443";

    @TempDir
    Path folder;

    @Test
    void findsWhatWasPutAlsoAfterARestart() throws Exception {
        Path file = folder.resolve("new/secrets.properties");
        new Secrets(file).put("desk", DESK, Secrets.Secret.of(TEXT));
        assertThat(new Secrets(file).find("desk", DESK).get(0).key()).asString().isEqualTo("0123456789abcdef01234567");
        assertThat(new Secrets(file).find("door", DESK)).isEmpty();
    }

    @Test
    void aReplacedSecretStaysBesideTheNewOneForADayAndNoOlderOne() throws Exception {
        Instant[] now = {Instant.parse("2026-11-24T10:00:00Z")};
        Secrets secrets = new Secrets(folder.resolve("secrets.properties"), () -> now[0]);
        for (String key :
                List.of("oldest-0123456789abcdef01", "older-0123456789abcdef012", "newest-0123456789abcdef0")) {
            secrets.put("desk", DESK, secret(key));
        }
        secrets.put("desk", DESK, secret("newest-0123456789abcdef0"));

        secrets.put("desk", DESK, secret("latest-0123456789abcdef0"));
        assertThat(secrets.find("desk", DESK))
                .extracting(secret -> new String(secret.key()))
                .containsExactly("latest-0123456789abcdef0", "newest-0123456789abcdef0");
        now[0] = now[0].plus(Secrets.OVERLAP).minusMillis(1);
        assertThat(secrets.find("desk", DESK)).hasSize(2);
        now[0] = now[0].plusMillis(1);
        assertThat(secrets.find("desk", DESK))
                .extracting(secret -> new String(secret.key()))
                .containsExactly("latest-0123456789abcdef0");
    }

    private static Secrets.Secret secret(String key) {
        return Secrets.Secret.of("whsec_" + Base64.getEncoder().encodeToString(key.getBytes()));
    }

    @Test
    void onlyTheOwnerCanReadTheFile() throws Exception {
        Path file = folder.resolve("secrets.properties");
        new Secrets(file).put("desk", DESK, Secrets.Secret.of(TEXT));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void forgetsWhatIsRemoved() throws Exception {
        Secrets secrets = new Secrets(folder.resolve("secrets.properties"));
        secrets.put("desk", DESK, Secrets.Secret.of(TEXT));
        secrets.remove("desk");
        assertThat(secrets.find("desk", DESK)).isEmpty();
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
