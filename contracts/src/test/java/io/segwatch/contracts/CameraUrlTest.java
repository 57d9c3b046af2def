package io.segwatch.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CameraUrlTest {
    @ParameterizedTest
    @CsvSource({
        "rtsp://admin:secret@10.0.0.5/s, admin, secret, rtsp://10.0.0.5/s",
        "rtsp://admin@10.0.0.5/s, admin, '', rtsp://10.0.0.5/s",
        "rtsp://admin:pa/ss@10.0.0.5/s, admin, pa/ss, rtsp://10.0.0.5/s",
        "rtsp://admin:pa@ss@10.0.0.5/s, admin, pa@ss, rtsp://10.0.0.5/s",
        "rtsp://admin:pa:ss@10.0.0.5/s, admin, pa:ss, rtsp://10.0.0.5/s",
        "rtsp://admin:pa#ss@10.0.0.5/s, admin, pa#ss, rtsp://10.0.0.5/s",
        "rtsp://admin:pa?ss@10.0.0.5/s?x=1, admin, pa?ss, rtsp://10.0.0.5/s?x=1",
        "rtsp://admin:/pass@10.0.0.5, admin, /pass, rtsp://10.0.0.5",
        "rtsp://admin:p%40%2F%25@10.0.0.5/s, admin, p@/%, rtsp://10.0.0.5/s",
        "rtsp://admin:a+b@10.0.0.5/s, admin, a+b, rtsp://10.0.0.5/s",
        "rtsp://:secret@10.0.0.5/s, '', secret, rtsp://10.0.0.5/s",
        "rtsp://admin:secret@[2001:db8::7]:554/s, admin, secret, rtsp://[2001:db8::7]:554/s",
        "rtsp://admin:pa/ss@[::1]/s, admin, pa/ss, rtsp://[::1]/s",
        "HTTP://admin:secret@camera.local:8080/v, admin, secret, HTTP://camera.local:8080/v",
        "https://admin:secret@under_score.example/v, admin, secret, https://under_score.example/v"
    })
    void takesTheLoginOutHoweverItIsWritten(String url, String user, String password, String rest) {
        CameraUrl address = CameraUrl.parse(url);

        assertThat(address.login()).hasValueSatisfying(login -> {
            assertThat(login.user()).isEqualTo(user);
            assertThat(login.password()).isEqualTo(password);
            assertThat(login).hasToString("***");
        });
        assertThat(address.withoutLogin()).isEqualTo(rest);
        assertThat(address).hasToString(rest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rtsp://10.0.0.5/s",
                "rtsp://10.0.0.5:554/s?a=b#c",
                "rtsp://[fe80::1%25eth0]:554/s",
                "rtsp://host/a@b",
                "rtsp://host?x=a@b",
                "http://host/x?mail=ann:pw@example.com",
                "file:/a@b.mp4",
                "file:///videos/a:b@c.mp4",
                "v4l2:/dev/video0"
            })
    void findsNoLoginWhereThereIsNone(String url) {
        assertThat(CameraUrl.parse(url).login()).isEmpty();
        assertThat(CameraUrl.parse(url).withoutLogin()).isEqualTo(url);
        assertThat(CameraUrl.redact("opens " + url + " now")).isEqualTo("opens " + url + " now");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rtsp://admin:12/34@10.0.0.5/s", "rtsp://u:p@ss/w@host/s", "rtsp://u:p@host/live@1"})
    void refusesWhatCouldBeAHostOrAPasswordRatherThanGuess(String url) {
        assertThatThrownBy(() -> CameraUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("%40")
                .hasMessageNotContaining("34")
                .hasMessageNotContaining("ss/w");
    }

    @ParameterizedTest
    @CsvSource({
        "'', is empty",
        "door.mp4, must start with",
        "ftp://host/, must start with",
        "rtsp:host/s, must have //",
        "rtsp://, no host",
        "rtsp:///s, no host",
        "rtsp://u:p@/s, no host",
        "rtsp://host:0/s, no host and port",
        "rtsp://host:99999/s, no host and port",
        "rtsp://[::1/s, no host",
        "rtsp://ann:pass word@host/s, space",
        "rtsp://ann:50%@host/s, broken %-code",
        "rtsp://host/a|b, not valid"
    })
    void saysWhatIsWrongWithoutRepeatingTheAddress(String url, String problem) {
        assertThatThrownBy(() -> CameraUrl.parse(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(problem)
                .hasMessageNotContaining("ann")
                .hasMessageNotContaining("u:p");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pa/ss", "p@ss", "p:ss", "p#s?s", "50%", "a+b c", "пароль", ""})
    void aLoginThatIsPutInIsFoundAgain(String password) {
        String url = CameraUrl.parse("rtsp://10.0.0.5:554/s").withLogin("an/n", password);

        assertThat(CameraUrl.parse(url).login()).hasValueSatisfying(login -> {
            assertThat(login.user()).isEqualTo("an/n");
            assertThat(login.password()).isEqualTo(password);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "https://hooks.example.com/services/T0/B0/secret, https://hooks.example.com",
        "https://ann:pw@example.com:8443/a?token=secret, https://example.com:8443",
        "http://alert_receiver?key=secret, http://alert_receiver",
        "http://[::1]:8902/ok, http://[::1]:8902"
    })
    void theOriginHoldsNoSecret(String url, String origin) {
        assertThat(CameraUrl.parse(url).origin()).isEqualTo(origin);
    }

    @Test
    void redactsEveryLoginInAText() {
        assertThat(CameraUrl.redact("Opening 'rtsp://ann:s@cret@10.0.0.1/a' and http://b:12/3@host/x, not x@y"))
                .isEqualTo("Opening 'rtsp://***@10.0.0.1/a' and http://***@host/x, not x@y");
    }
}
