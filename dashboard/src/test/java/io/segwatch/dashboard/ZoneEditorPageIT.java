package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Mouse;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.MouseButton;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Drawing zones and changing their shapes, by mouse and by keys alone. */
class ZoneEditorPageIT {
    private static final Offset<Double> A_PIXEL = Offset.offset(0.004);

    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;
    private BoundingBox box;

    @BeforeEach
    void open() throws Exception {
        rig.reset();
        page = rig.page();
        box = page.getByTestId("live-canvas").boundingBox();
    }

    @Test
    void aZoneIsClosedOnItsFirstCornerOrByADoubleClickAndEscInTheFormGoesOnDrawing() throws Exception {
        page.getByTestId("zone-add").click();
        click(0.2, 0.2);
        click(0.6, 0.2);
        click(0.6, 0.6);
        click(0.2, 0.2);
        assertThat(page.getByTestId("zone-form")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("zone-form")).hasCount(0);
        assertThat(page.getByTestId("zone-bar")).isVisible();
        page.mouse().dblclick(x(0.2), y(0.6));
        page.getByTestId("zone-name").fill("Square");
        page.getByTestId("zone-form-save").click();
        assertThat(item("Square")).isVisible();
        assertThat(page.getByTestId("zone-bar")).isHidden();
        assertThat(points("Square")).hasSize(4);
        assertCorner("Square", 3, 0.2, 0.6);
    }

    @Test
    void whatIsClickedAndPressedBeforeTheEditorIsThereIsNotLost() throws Exception {
        List<Route> waiting = new ArrayList<>();
        page.route("**/zonedrawing.js", waiting::add);
        page.getByTestId("zone-add").click();
        click(0.2, 0.2);
        click(0.6, 0.2);
        click(0.6, 0.6);
        click(0.1, 0.9);
        page.keyboard().press("Backspace");
        page.keyboard().press("Enter");
        page.waitForCondition(() -> !waiting.isEmpty());
        assertThat(page.getByTestId("zone-bar")).isHidden();
        waiting.get(0).resume();
        page.getByTestId("zone-name").fill("Early");
        page.getByTestId("zone-form-save").click();
        assertThat(item("Early")).isVisible();
        assertThat(points("Early")).hasSize(3);
        assertCorner("Early", 2, 0.6, 0.6);
    }

    @Test
    void aSideThatWouldCrossAnotherIsRefusedWithAWordAndCornersAreTakenBackAndSetAgain() throws Exception {
        page.getByTestId("zone-add").click();
        click(0.2, 0.2);
        click(0.6, 0.6);
        click(0.6, 0.2);
        click(0.2, 0.6);
        assertThat(page.getByTestId("hint")).containsText("would cross");
        page.keyboard().press("Control+z");
        click(0.2, 0.6);
        page.keyboard().press("Control+z");
        page.keyboard().press("Control+Shift+z");
        page.getByTestId("zone-undo").click();
        page.keyboard().press("Control+y");
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill("Triangle");
        page.getByTestId("zone-form-save").click();
        assertThat(item("Triangle")).isVisible();
        assertThat(points("Triangle")).hasSize(3);
    }

    @Test
    void cornersAreDraggedInsertedAndDeletedAndTheWholeIsMoved() throws Exception {
        zone("Yard", 0.3, 0.3, 0.6, 0.3, 0.6, 0.6, 0.3, 0.6);
        shape("Yard").click();
        drag(0.3, 0.3, 0.2, 0.25);
        drag(0.45, 0.6, 0.45, 0.8);
        page.mouse().click(x(0.6), y(0.3), new Mouse.ClickOptions().setButton(MouseButton.RIGHT));
        drag(0.42, 0.5, 0.47, 0.55);
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("zone-bar")).isHidden();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(points("Yard")).hasSize(4));
        assertCorner("Yard", 0, 0.25, 0.3);
        assertCorner("Yard", 2, 0.5, 0.85);
        assertThat(zones().getJsonObject(0).getInteger("version")).isEqualTo(2);
    }

    @Test
    void aCornerThatIsDraggedAcrossASideGoesBack() throws Exception {
        zone("Yard", 0.3, 0.3, 0.6, 0.3, 0.6, 0.6, 0.3, 0.6);
        shape("Yard").click();
        drag(0.3, 0.3, 0.8, 0.45);
        assertThat(page.getByTestId("hint")).containsText("would cross");
        page.getByTestId("zone-finish").click();
        assertThat(page.getByTestId("zone-bar")).isHidden();
        assertCorner("Yard", 0, 0.3, 0.3);
    }

    @Test
    void cornersSnapToOtherZonesAndToTheEdgeOfThePicture() throws Exception {
        zone("Yard", 0.3, 0.3, 0.6, 0.3, 0.6, 0.6);
        page.getByTestId("zone-add").click();
        click(0.603, 0.304);
        click(0.996, 0.4);
        click(0.8, 0.8);
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill("Beside");
        page.getByTestId("zone-form-save").click();
        assertThat(item("Beside")).isVisible();
        assertThat(points("Beside").getJsonObject(0).getDouble("x")).isEqualTo(0.6);
        assertThat(points("Beside").getJsonObject(0).getDouble("y")).isEqualTo(0.3);
        assertThat(points("Beside").getJsonObject(1).getDouble("x")).isEqualTo(1);
    }

    @Test
    void aZoneIsDrawnAndChangedByKeysAlone() throws Exception {
        page.getByTestId("zone-add").focus();
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("live-canvas")).isFocused();
        page.keyboard().press("ArrowLeft");
        page.keyboard().press("Enter");
        press("ArrowRight", 20);
        page.keyboard().press("Enter");
        press("ArrowDown", 20);
        press("Shift+ArrowDown", 5);
        page.keyboard().press("Enter");
        page.keyboard().press("Enter");
        page.keyboard().type("Keys");
        page.keyboard().press("Enter");
        assertThat(item("Keys")).isVisible();
        assertCorner("Keys", 0, 0.49, 0.5);
        assertCorner("Keys", 1, 0.69, 0.5);
        assertCorner("Keys", 2, 0.69, 0.705);

        shape("Keys").focus();
        page.keyboard().press("Enter");
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        press("ArrowUp", 10);
        page.keyboard().press("i");
        press("Shift+ArrowRight", 10);
        page.keyboard().press("Enter");
        assertThat(page.getByTestId("zone-bar")).isHidden();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(points("Keys")).hasSize(4));
        assertCorner("Keys", 1, 0.69, 0.4);
        assertThat(zones().getJsonObject(0).getInteger("version")).isEqualTo(2);
    }

    @Test
    void aHalfDrawnZoneStaysWithItsCamera() throws Exception {
        rig.camera("yard", "Yard camera");
        Locator other = page.getByTestId("camera-item").filter(new Locator.FilterOptions().setHasText("Yard camera"));
        page.getByTestId("zone-add").click();
        click(0.2, 0.2);
        click(0.6, 0.2);
        other.locator(".pick").click();
        assertThat(page.getByTestId("zone-bar")).isHidden();
        assertThat(page.locator("#toasts")).containsText("is not finished");
        page.getByTestId("camera-item")
                .filter(new Locator.FilterOptions().setHasText("Street"))
                .locator(".pick")
                .click();
        assertThat(page.getByTestId("zone-bar")).isVisible();
        assertThat(page.getByTestId("live-badge")).hasText("Live", PageRig.textWithin(20));
        click(0.4, 0.7);
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill("Kept");
        page.getByTestId("zone-form-save").click();
        assertThat(item("Kept")).isVisible();
        assertThat(points("Kept")).hasSize(3);
        assertThat(rig.ask("GET", "/api/cameras/yard", null).getJsonArray("zones", new JsonArray()))
                .isEmpty();
    }

    @Test
    void zonesOfTwoPeopleAreBothKept() throws Exception {
        zone("Theirs, before", 0.1, 0.1, 0.2, 0.1, 0.2, 0.2);
        shape("Theirs, before").click();
        press("ArrowRight", 1);
        Page other = rig.page();
        other.getByTestId("zone-add").click();
        for (double[] corner : new double[][] {{0.6, 0.6}, {0.8, 0.6}, {0.8, 0.8}}) {
            other.mouse().click(x(corner[0]), y(corner[1]));
        }
        other.keyboard().press("Enter");
        other.getByTestId("zone-name").fill("Hard shoulder");
        other.getByTestId("zone-form-save").click();
        page.keyboard().press("Enter");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertCorner("Theirs, before", 0, 0.11, 0.1);
            assertThat(points("Hard shoulder")).hasSize(3);
        });

        page.getByLabel("Edit camera Street").click();
        page.getByTestId("camera-name").fill("My street");
        zone("Meanwhile", 0.4, 0.4, 0.5, 0.4, 0.5, 0.5);
        page.getByTestId("camera-form-save").click();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(page.getByTestId("camera-form-stale")
                                .or(page.getByTestId("camera-item")
                                        .filter(new Locator.FilterOptions().setHasText("My street")))
                                .count())
                        .isPositive());
        assertThat(points("Meanwhile")).hasSize(3);
    }

    @Test
    void twoZonesOfOneNameAreRefused() throws Exception {
        zone("Lane", 0.3, 0.3, 0.6, 0.3, 0.6, 0.6);
        page.getByTestId("zone-add").click();
        click(0.1, 0.1);
        click(0.2, 0.1);
        click(0.2, 0.25);
        page.keyboard().press("Enter");
        page.getByTestId("zone-name").fill(" lane");
        page.getByTestId("zone-form-save").click();
        assertThat(page.getByTestId("zone-form")).containsText("There is a zone");
        page.getByTestId("zone-name").fill("Lane 2");
        page.getByTestId("zone-form-save").click();
        assertThat(item("Lane 2")).isVisible();
        assertThat(zones()).hasSize(2);
    }

    /** As the API stores it; the page shows it soon. */
    private void zone(String name, double... corners) throws Exception {
        JsonObject camera = rig.ask("GET", "/api/cameras/street", null);
        JsonArray points = new JsonArray();
        for (int i = 0; i < corners.length; i += 2) {
            points.add(new JsonObject().put("x", corners[i]).put("y", corners[i + 1]));
        }
        JsonArray all = camera.getJsonArray("zones", new JsonArray())
                .add(new JsonObject()
                        .put("name", name)
                        .put("rings", new JsonArray().add(new JsonObject().put("points", points))));
        rig.ask("PUT", "/api/cameras/street", camera.put("zones", all));
        assertThat(item(name)).hasCount(1);
    }

    private JsonArray zones() throws Exception {
        return rig.ask("GET", "/api/cameras/street", null).getJsonArray("zones");
    }

    private JsonArray points(String name) throws Exception {
        List<JsonArray> found = new ArrayList<>();
        for (Object one : zones()) {
            JsonObject zone = (JsonObject) one;
            if (zone.getString("name").equals(name)) {
                found.add(zone.getJsonArray("rings").getJsonObject(0).getJsonArray("points"));
            }
        }
        assertThat(found).as("zones of the name " + name).hasSize(1);
        return found.get(0);
    }

    private void assertCorner(String zone, int corner, double x, double y) throws Exception {
        JsonObject point = points(zone).getJsonObject(corner);
        assertThat(point.getDouble("x", 0.0)).isCloseTo(x, A_PIXEL);
        assertThat(point.getDouble("y", 0.0)).isCloseTo(y, A_PIXEL);
    }

    private Locator item(String name) {
        return page.getByTestId("zone-item")
                .filter(new Locator.FilterOptions()
                        .setHas(page.getByText(name, new Page.GetByTextOptions().setExact(true))));
    }

    private Locator shape(String name) {
        return item(name).getByTestId("zone-shape");
    }

    private void press(String key, int times) {
        for (int i = 0; i < times; i++) {
            page.keyboard().press(key);
        }
    }

    private void click(double x, double y) {
        page.mouse().click(x(x), y(y));
    }

    private void drag(double fromX, double fromY, double toX, double toY) {
        page.mouse().move(x(fromX), y(fromY));
        page.mouse().down();
        page.mouse().move(x(toX), y(toY), new Mouse.MoveOptions().setSteps(3));
        page.mouse().up();
    }

    private double x(double share) {
        return box.x + box.width * share;
    }

    private double y(double share) {
        return box.y + box.height * share;
    }
}
