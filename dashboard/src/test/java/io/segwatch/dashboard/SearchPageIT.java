package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.SearchRequest;
import io.segwatch.v1.Thumbnail;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The past is searched by words: what is asked, how it comes, what it leads to, and what is said when there is none.
 */
class SearchPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private static PageSearches searches;

    @BeforeAll
    static void aYardWithAPast() throws Exception {
        searches = SharedPage.SEARCHES;
        searches.begin();
        rig.camera("yard", "Yard");
        rig.ask(
                "PUT",
                "/api/cameras/yard",
                new JsonObject()
                        .put("name", "Yard")
                        .put("url", "file:/yard.mp4")
                        .put("zones", new JsonArray().add(leftHalf())));
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "car").put("text", "car"));
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(64, 36, BufferedImage.TYPE_INT_RGB), "jpg", jpeg);
        for (String camera : List.of(PageRig.STREET, "yard")) {
            for (int i = PageSearches.MOMENTS - 1; i >= 0; i--) {
                rig.send(
                        Topic.THUMBNAILS,
                        camera,
                        Thumbnail.newBuilder()
                                .setFrame(PageSearches.frame(camera, i))
                                .setCapturedAtMs(searches.momentMs(i))
                                .setJpeg(ByteString.copyFrom(jpeg.toByteArray()))
                                .build());
            }
        }
    }

    private static JsonObject leftHalf() {
        JsonArray corners = new JsonArray();
        for (double[] corner : new double[][] {{0, 0}, {0.5, 0}, {0.5, 1}, {0, 1}}) {
            corners.add(new JsonObject().put("x", corner[0]).put("y", corner[1]));
        }
        return new JsonObject()
                .put("id", "left")
                .put("name", "Left half")
                .put("kind", "AREA")
                .put("rings", new JsonArray().add(new JsonObject().put("points", corners)));
    }

    private static Page open(String parameters) {
        Page page = rig.page(1280, 800, ColorScheme.LIGHT, false);
        page.navigate(rig.url() + "search" + parameters);
        return page;
    }

    private static Locator moments(Page page) {
        return page.getByTestId("search-moment");
    }

    private static Locator moment(Page page, String camera, int i) {
        return page.locator("[data-key='" + camera + "@" + searches.momentMs(i) + "']");
    }

    private static void awaitEnd(Page page) {
        assertThat(page.getByTestId("search-said")).containsText("found in");
    }

    @Test
    void wordsAreTypedAndFoundAndStayInTheAddress() {
        int prepared = searches.prepared.get();
        Page page = open("");
        assertThat(page.getByTestId("search-words")).isFocused();
        await().until(() -> searches.prepared.get() > prepared);
        page.keyboard().type("white van");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(rig.url() + "search?q=white+van");
        assertThat(moments(page)).hasCount(6);
        awaitEnd(page);
        assertThat(page.getByTestId("search-line")).containsText("6 moments · 300 frames");
        assertThat(page.getByTestId("search-band")).hasCount(2);
        page.waitForFunction("() => document.querySelector('.card img').naturalWidth === 64");
        assertThat(page.getByTestId("search-results")).containsText("above usual");
        rig.axe(page);
        page.reload();
        assertThat(moments(page)).hasCount(6);
        assertThat(page.getByTestId("search-words")).hasValue("white van");
        page.goBack();
        assertThat(moments(page)).hasCount(0);
        assertThat(page.getByTestId("search-start")).containsText("white van");
    }

    @Test
    void whereOnlyALittleOfTheSpanWasKeptItCanBeSearchedAlone() {
        Page page = open("?q=" + PageSearches.YOUNG);
        assertThat(page.getByTestId("search-kept-from")).containsText("Kept since");
        page.getByTestId("search-kept-only").click();
        assertThat(page.getByTestId("search-span")).hasValue("own");
        assertThat(page.getByTestId("search-words")).hasValue(PageSearches.YOUNG);
        awaitEnd(page);
        assertThat(page.getByTestId("search-kept-only")).hasCount(0);
        assertThat(page.getByTestId("search-to").boundingBox().y)
                .isEqualTo(page.getByTestId("search-from").boundingBox().y);
    }

    @Test
    void allThatTheFormAsksIsAskedOfTheService() {
        Page page = open("");
        page.getByTestId("search-cameras").click();
        page.getByTestId("search-camera-yard").check();
        page.keyboard().press("Escape");
        page.getByTestId("search-zone").selectOption("left");
        page.getByTestId("search-span").selectOption("own");
        page.getByTestId("search-from").fill("2026-11-01T22:00");
        page.getByTestId("search-to").fill("2026-11-02T06:00");
        page.getByTestId("search-more").click();
        page.getByTestId("search-also").fill("lorry, truck");
        page.getByTestId("search-not").fill("bus");
        page.getByTestId("search-least").fill("2.5");
        page.getByTestId("search-words").fill("van");
        page.getByTestId("search-run").click();
        assertThat(page).hasURL(Pattern.compile("cameras=yard&zone=left&from=\\d+&to=\\d+&least=0.025"));
        await().untilAsserted(() -> {
            SearchRequest asked = searches.last();
            assertThat(asked.getCamerasList()).containsExactly("yard");
            assertThat(asked.getZone()).isEqualTo("left");
            assertThat(asked.getQuery().getText()).isEqualTo("van");
            assertThat(asked.getQuery().getSynonymsList()).containsExactly("lorry", "truck");
            assertThat(asked.getQuery().getNegativesList()).containsExactly("bus");
            assertThat(asked.getMinShare()).isEqualTo(0.025);
            assertThat(asked.getToMs() - asked.getFromMs()).isEqualTo(8 * 3_600_000L);
            assertThat(asked.getColumns()).isBetween(100, 2000);
        });
        String address = page.url();
        page.reload();
        assertThat(page.getByTestId("search-not")).hasValue("bus");
        assertThat(page.getByTestId("search-zone")).hasValue("left");
        assertThat(page).hasURL(address);
    }

    @Test
    void whatComesLaterMovesNothingAndEscCancels() {
        Page page = open("?q=" + PageSearches.SLOWLY);
        // The second camera of each step stands above the first in no list, and below it in the other.
        searches.step(2);
        assertThat(moments(page)).hasCount(2);
        Locator card = moment(page, "yard", 0);
        card.locator("a").focus();
        double before = card.boundingBox().y;
        searches.step(2);
        assertThat(moments(page)).hasCount(4);
        assertThat(card.locator("a")).isFocused();
        assertThat(card.boundingBox().y).isEqualTo(before);
        int cancelled = searches.cancelled.get();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("search-line")).containsText("Cancelled");
        assertThat(moments(page)).hasCount(4);
        await().until(() -> searches.cancelled.get() > cancelled);
    }

    @Test
    void leavingTheViewCancels() {
        Page page = open("?q=" + PageSearches.SLOWLY);
        searches.step(1);
        assertThat(moments(page)).hasCount(1);
        int cancelled = searches.cancelled.get();
        page.locator("#views [data-view=system]").click();
        await().until(() -> searches.cancelled.get() > cancelled);
    }

    @Test
    void keysGoThroughMomentsOpenOneAndComeBackToIt() {
        Page page = open("?q=van");
        awaitEnd(page);
        moment(page, PageRig.STREET, 0).locator("a").focus();
        page.keyboard().press("ArrowRight");
        page.keyboard().press("Enter");
        assertThat(page).hasURL(Pattern.compile("moment=street%40" + searches.momentMs(1)));
        assertThat(page.getByTestId("search-detail-title")).containsText("Street");
        assertThat(page.getByTestId("search-detail-facts")).containsText("12 % of the picture");
        assertThat(page.getByTestId("search-heat")).isVisible();
        rig.axe(page);
        page.getByTestId("search-heat-show").uncheck();
        assertThat(page.getByTestId("search-heat")).isHidden();
        page.getByTestId("search-detail-title").click();
        page.keyboard().press("ArrowRight");
        assertThat(page).hasURL(Pattern.compile("moment=street%40" + searches.momentMs(2)));
        page.reload();
        assertThat(page.getByTestId("search-detail")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page).hasURL(rig.url() + "search?q=van");
        assertThat(moment(page, PageRig.STREET, 2).locator("a")).isFocused();
    }

    @Test
    void aMomentLeadsToTheTimelineWhereTheWordsAreABand() {
        Page page = open("?q=van&cameras=yard");
        moment(page, "yard", 0).click();
        page.getByTestId("search-to-timeline").click();
        assertThat(page).hasURL(Pattern.compile("timeline\\?q=van&cameras=yard&from="));
        assertThat(page.getByTestId("timeline-row-yard")).containsText("Search: van");
        assertThat(page.getByTestId("timeline-row-yard").locator("canvas.strip"))
                .hasAttribute("aria-label", Pattern.compile("at most 6.0.%"));
        rig.axe(page);
        page.getByTestId("timeline-search-gone").click();
        assertThat(page.getByTestId("search-band")).hasCount(0);
        page.getByTestId("timeline-search").click();
        assertThat(page).hasURL(Pattern.compile("search\\?cameras=yard&from=\\d+&to=\\d+"));
    }

    @Test
    void aPartOfAPictureIsMarkedAndItsLikeIsSearched() {
        Page page = open("?q=van&cameras=yard");
        moment(page, "yard", 1).click();
        page.getByTestId("search-like-mode").click();
        BoundingBox picture = page.getByTestId("search-picture").boundingBox();
        page.mouse().move(picture.x + picture.width * 0.25, picture.y + picture.height * 0.5);
        page.mouse().down();
        page.mouse().move(picture.x + picture.width * 0.75, picture.y + picture.height * 0.9);
        page.mouse().up();
        assertThat(page).hasURL(Pattern.compile("like=yard%2F1%2F2%2F"));
        assertThat(page.getByTestId("search-detail")).hasCount(0);
        await().untilAsserted(() -> {
            SearchRequest asked = searches.last();
            assertThat(asked.hasQuery()).isFalse();
            assertThat(asked.getLike().getSequence()).isEqualTo(2);
            assertThat(asked.getLike().getBox().getX0()).isBetween(0.24, 0.26);
            assertThat(asked.getLike().getBox().getY1()).isBetween(0.89, 0.91);
        });
        assertThat(page.getByTestId("search-like").locator("img")).isVisible();
        awaitEnd(page);
        rig.axe(page);
        moment(page, "yard", 0).click();
        page.getByTestId("search-like-mode").click();
        page.keyboard().press("Enter");
        await().untilAsserted(() ->
                assertThat(searches.last().getLike().getAt().getX()).isEqualTo(0.5));
    }

    @Test
    void whatWasSearchedBecomesAQueryAndARule() {
        Page page = open("?q=pink+van&not=bus&cameras=yard");
        moment(page, "yard", 0).click();
        page.getByTestId("search-make-rule").click();
        assertThat(page.getByTestId("search-query-text")).hasValue("pink van");
        page.getByTestId("search-query-save").click();
        assertThat(page.getByTestId("rule-form")).isVisible();
        assertThat(page.getByTestId("rule-query").locator("option:checked")).hasText("pink van");
        page.getByTestId("backtest").click();
        assertThat(page.getByTestId("backtest-share")).isVisible();
    }

    @Test
    void whenNothingIsFoundThePageSaysHowSureItIs() {
        Page page = open("?q=" + PageSearches.UNICORN);
        assertThat(page.getByTestId("search-nothing")).containsText("300 frames were looked at, which stand for 80 %");
        assertThat(page.getByTestId("search-nothing")).containsText("20 % sure");
        rig.axe(page);
        page.getByTestId("search-best").locator("a").click();
        assertThat(page.getByTestId("search-detail")).isVisible();
        page.keyboard().press("Escape");
        page.getByTestId("search-nearest").locator("a").click();
        assertThat(page).hasURL(Pattern.compile("q=horse$"));
        assertThat(moments(page)).hasCount(6);
        page.navigate(rig.url() + "search?q=" + PageSearches.UNKEPT);
        assertThat(page.getByTestId("search-nothing-kept")).isVisible();
        rig.axe(page);
    }

    @Test
    void whatWasFoundStaysWhenTheSearchFails() {
        Page page = open("?q=" + PageSearches.BREAKS);
        assertThat(page.getByTestId("search-failed")).containsText("what it had found stays");
        assertThat(moments(page)).hasCount(1);
        page.getByTestId("search-words").fill("van");
        page.getByTestId("search-run").click();
        assertThat(moments(page)).hasCount(6);
        assertThat(page.getByTestId("search-failed")).hasCount(0);
    }

    @Test
    void whyAPartOrAllOfItCouldNotBeSearchedIsSaidInThePagesLanguage() {
        Page page = open("?q=" + PageSearches.UNREADABLE);
        assertThat(page.getByTestId("search-unreadable")).containsText("5 frames: A newer version of Segwatch");
        page.evaluate("() => localStorage.setItem('language', 'zh')");
        page.reload();
        assertThat(page.getByTestId("search-unreadable")).containsText("模型 earlier@7 的 5 帧： 该模型已不存在");
        assertThat(page.getByTestId("search-unreadable")).not().containsText("In English");
        page.navigate(rig.url() + "search?q=" + PageSearches.ENDLESS);
        assertThat(page.getByTestId("search-failed")).containsText("搜索用时超过 10 分 0 秒");
    }

    @Test
    void onAPhoneNothingIsOutOfReach() {
        Page page = rig.page(390, 844, ColorScheme.DARK, true);
        page.navigate(rig.url() + "search?q=van");
        awaitEnd(page);
        for (boolean opened : new boolean[] {false, true}) {
            if (opened) {
                moment(page, "yard", 0).tap();
                assertThat(page.getByTestId("search-detail")).isVisible();
            }
            assertThat((Integer) page.evaluate("() => document.documentElement.scrollWidth"))
                    .isLessThanOrEqualTo(390);
            Object small = page.evaluate("() => [...document.querySelectorAll("
                    + "'#view a, #view button, #view summary, #view select, dialog a, dialog button, #views a')]"
                    + ".map((e) => [e, e.getBoundingClientRect()]).filter(([, r]) => r.width > 1 && (r.width < 44 || r.height < 44))"
                    + ".map(([e]) => e.outerHTML.slice(0, 80))");
            assertThat((List<?>) small).isEmpty();
            rig.axe(page);
        }
    }
}
