package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is deleted on the page can be had back for a while, and what depends on it is named before. */
class DeletionPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() throws Exception {
        rig.reset();
        page = rig.page();
    }

    private int status(String path) throws Exception {
        return RunningDashboard.send(rig.role(), "GET", path, null).statusCode();
    }

    private void undo() {
        page.locator("[data-testid=toast][data-kind=undo] [data-testid=toast-action]")
                .click();
    }

    private Locator confirm() {
        return page.getByTestId("confirm");
    }

    @Test
    void aQueryComesBackAsItWas() throws Exception {
        rig.ask(
                "POST",
                "/api/queries",
                new JsonObject().put("id", "van").put("text", "van").put("color", "#123456"));
        Locator chip = page.locator("[data-testid=query-chip][data-query=van]");
        chip.getByTestId("query-remove").click();
        assertThat(chip).hasCount(0);
        assertThat(status("/api/queries/van")).isEqualTo(404);
        undo();
        assertThat(chip).isVisible();
        assertThat(rig.ask("GET", "/api/queries/van", null).getString("color")).isEqualTo("#123456");
    }

    @Test
    void whatUsesAQueryIsNamedAndNothingIsDeletedUnlessThatIsMeant() throws Exception {
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "bike").put("text", "bike"));
        rig.ask(
                "POST",
                "/api/rules",
                new JsonObject()
                        .put("id", "bikes")
                        .put("name", "Too many bikes")
                        .put("query", "bike")
                        .put("enter", 0.2)
                        .put("exit", 0.1));
        assertThat(page.getByTestId("rule-item")).hasCount(1);
        Locator remove = page.locator("[data-query=bike]").getByTestId("query-remove");
        remove.click();
        assertThat(confirm()).containsText("Too many bikes");
        page.keyboard().press("Escape");
        assertThat(confirm()).hasCount(0);
        assertThat(status("/api/queries/bike")).isEqualTo(200);
        remove.click();
        confirm().getByTestId("confirm-yes").click();
        assertThat(page.locator("[data-query=bike]")).hasCount(0);
        assertThat(status("/api/queries/bike")).isEqualTo(404);
    }

    @Test
    void aCameraIsDeletedOnlyWhenItIsTooLateToUndoForItsPasswordWouldBeLost() throws Exception {
        rig.ask(
                "POST",
                "/api/cameras",
                new JsonObject()
                        .put("id", "gate")
                        .put("name", "Gate")
                        .put("url", "rtsp://127.0.0.1:9/a")
                        .put("username", "u")
                        .put("password", "p"));
        Locator row = page.locator("[data-camera=gate]");
        for (boolean meant : new boolean[] {false, true}) {
            row.getByLabel("Edit camera Gate").click();
            page.getByTestId("camera-form").getByText("Delete").click();
            page.getByTestId("camera-removal-save").click();
            assertThat(row).hasCount(0);
            assertThat(rig.ask("GET", "/api/cameras/gate", null).getString("credentials"))
                    .isEqualTo("gate");
            if (meant) {
                page.locator("[data-testid=toast][data-kind=undo]")
                        .getByTestId("toast-close")
                        .click();
                await().atMost(Duration.ofSeconds(20)).until(() -> status("/api/cameras/gate") == 404);
            } else {
                undo();
                assertThat(row).isVisible();
            }
        }
    }

    @Test
    void whatWaitsToBeDeletedIsDeletedWhenThePageIsLeft() throws Exception {
        rig.ask("POST", "/api/cameras", new JsonObject().put("id", "shed").put("url", "file:/shed.mp4"));
        page.locator("[data-camera=shed]").getByLabel("Edit camera shed").click();
        page.getByTestId("camera-form").getByText("Delete").click();
        page.getByTestId("camera-removal-save").click();
        assertThat(page.locator("[data-camera=shed]")).hasCount(0);
        page.navigate(rig.url() + "api.html");
        await().atMost(Duration.ofSeconds(20)).until(() -> status("/api/cameras/shed") == 404);
    }

    @Test
    void aRuleComesBackWithAllItsFields() throws Exception {
        rig.ask("POST", "/api/queries", new JsonObject().put("id", "pram").put("text", "pram"));
        rig.ask(
                "POST",
                "/api/rules",
                new JsonObject()
                        .put("id", "prams")
                        .put("query", "pram")
                        .put("enter", 0.3)
                        .put("exit", 0.2)
                        .put("maxAlertsPerHour", 7));
        page.getByLabel("Edit rule prams").click();
        page.getByTestId("rule-form").getByText("Delete").click();
        assertThat(page.getByTestId("rule-item")).hasCount(0);
        undo();
        assertThat(page.getByTestId("rule-item")).hasCount(1);
        assertThat(rig.ask("GET", "/api/rules/prams", null).getInteger("maxAlertsPerHour"))
                .isEqualTo(7);
    }
}
