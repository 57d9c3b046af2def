package io.segwatch.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.segwatch.dashboard.listen.Authority;
import io.segwatch.dashboard.listen.Visitor;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/wall",
                "/cameras",
                "/cameras/front%2Fdoor",
                "/alerts/7",
                "/timeline",
                "/search",
                "/system/"
            })
    void aViewsAddressLeadsBackToWhereTheDashboardLies(String path) {
        assertThat(Pages.isView(path)).isTrue();
        for (String prefix : new String[] {"", "/cam"}) {
            URI asked = URI.create("https://example.org/cam" + path);
            assertThat(asked.resolve(visitor(prefix).wayUp(path))).hasToString("https://example.org/cam/");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/app.js", "/views/wall/wall.js", "/cameras/a/b", "/walls", "/api/cameras", "/login"})
    void whatIsNoViewIsServedAsItIs(String path) {
        assertThat(Pages.isView(path)).isFalse();
    }

    @Test
    void aPathThatBeginsWithTwoSlashesIsNoView() {
        assertThat(Pages.isView("//wall")).isFalse();
    }

    private static Visitor visitor(String prefix) {
        return new Visitor("127.0.0.1", "https", Authority.parse("example.org"), prefix, false);
    }
}
