package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.KeyboardModifier;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Views and cameras have addresses, which links, reload, back and forward keep. */
class AddressesPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    @BeforeAll
    static void anotherCamera() throws Exception {
        rig.camera("front-door", "Front door");
    }

    @Test
    void aCameraThatIsChosenIsInTheAddressAndBackLeadsToTheOneBefore() {
        Page page = rig.page();
        assertThat(page).hasURL(rig.url() + "cameras/street");
        page.getByTestId("camera-list").getByText("Front door").click();
        assertThat(page).hasURL(rig.url() + "cameras/front-door");
        assertThat(page).hasTitle(Pattern.compile("Front door – Segwatch$"));
        assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
        page.goBack();
        assertThat(page).hasURL(rig.url() + "cameras/street");
        assertThat(chosen(page)).containsText("Street");
        page.goForward();
        assertThat(chosen(page)).containsText("Front door");
        page.reload();
        assertThat(chosen(page)).containsText("Front door");
        assertThat(page).hasURL(rig.url() + "cameras/front-door");
    }

    @Test
    void eachViewHasAnAddressThatCanBeOpenedAtOnceAndLeft() {
        for (String view : List.of("wall", "alerts", "timeline", "search", "system")) {
            Page page = rig.page(1280, 720, ColorScheme.DARK, false);
            page.navigate(rig.url() + view);
            assertThat(page.locator("#views [aria-current=page]")).hasAttribute("data-view", view);
            assertThat(page.getByTestId("view")).isVisible();
            assertThat(page.getByTestId("view-camera")).isHidden();
            view(page, "Camera").click();
            assertThat(page.getByTestId("view-camera")).isVisible();
            assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
            page.goBack();
            assertThat(page).hasURL(rig.url() + view);
            assertThat(page.getByTestId("view")).isVisible();
        }
    }

    @Test
    void aLinkThatIsOpenedInAnotherTabShowsTheSame() {
        Page page = rig.page();
        BrowserContext context = page.context();
        Page other = context.waitForPage(() -> view(page, "Timeline")
                .click(new Locator.ClickOptions().setModifiers(List.of(KeyboardModifier.CONTROL))));
        assertThat(other.getByTestId("view")).isVisible();
        assertThat(page).hasURL(rig.url() + "cameras/street");
    }

    @Test
    void anAddressOfACameraThatIsGoneSaysSoAndShowsAnother() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "cameras/no-such");
        assertThat(page.locator("#toasts")).containsText("There is no camera “no-such” here.");
        assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
    }

    @Test
    void theDoorLeadsToTheWallUnlessACameraIsAskedFor() {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        page.navigate(rig.url());
        assertThat(page).hasURL(rig.url() + "wall");
        assertThat(page.getByTestId("wall-tile")).hasCount(2);
        page.navigate(rig.url() + "?camera=front-door");
        assertThat(page).hasURL(rig.url() + "cameras/front-door");
    }

    @Test
    void theCameraViewIsLoadedWhenItIsFirstShownAndIsWholeThen() throws Exception {
        Page page = rig.page(1280, 720, ColorScheme.LIGHT, false);
        List<String> loaded = new CopyOnWriteArrayList<>();
        page.onRequest(request -> loaded.add(request.url()));
        page.navigate(rig.url() + "wall");
        assertThat(page.getByTestId("wall-tile").first()).isVisible();
        page.locator("#help").click();
        assertThat(page.getByTestId("help")).isVisible();
        page.keyboard().press("Escape");
        assertThat(loaded).noneMatch(url -> url.endsWith("/zoneeditor.js") || url.endsWith("/chart.js"));
        page.navigate(rig.url() + "system");
        view(page, "Camera").click();
        assertThat(page.getByTestId("live-badge")).containsText("Live", PageRig.within(20));
        assertThat(chosen(page)).isVisible();
        assertThat(loaded).anyMatch(url -> url.endsWith("/chart.js"));
        assertThat(loaded).noneMatch(url -> url.endsWith("/zoneeditor.js"));
        page.getByTestId("zone-add").click();
        assertThat(page.getByTestId("zone-bar")).isVisible();
        assertThat(loaded).anyMatch(url -> url.endsWith("/zoneeditor.js"));
    }

    @Test
    void textsOfThePageComeCompressedWhereTheBrowserTakesThatAndNothingElseDoes() throws Exception {
        for (String text :
                List.of("app.js", "app.css", "", "lib/uPlot.min.js", "icon.svg", "manifest.webmanifest", "wall")) {
            HttpResponse<byte[]> answer = fetch(text, "gzip");
            assertThat(answer.headers().firstValue("Content-Encoding")).as(text).hasValue("gzip");
            byte[] whole = new GZIPInputStream(new ByteArrayInputStream(answer.body())).readAllBytes();
            assertThat(whole).as(text).isEqualTo(fetch(text, "identity").body());
        }
        for (String other : List.of("api/cameras", "icons/apple-touch-icon.png", "api/no-such", "no-such.js")) {
            assertThat(fetch(other, "gzip").headers().firstValue("Content-Encoding"))
                    .as(other)
                    .isEmpty();
        }
    }

    private static HttpResponse<byte[]> fetch(String path, String encoding) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(rig.url() + path))
                .header("Accept-Encoding", encoding)
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    private static Locator view(Page page, String name) {
        return page.locator("#views").getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(name));
    }

    private static Locator chosen(Page page) {
        return page.locator("[data-testid=camera-item].chosen");
    }
}
