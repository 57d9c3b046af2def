package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.BoundingBox;
import io.segwatch.contracts.Topic;
import io.segwatch.v1.Alert;
import io.segwatch.v1.CameraStatus;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Lists whose content changes while somebody uses them: the focus and a press stay where they are. */
class ListsPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() throws Exception {
        rig.reset();
        for (String id : List.of("bridge", "court", "dock")) {
            rig.ask("POST", "/api/cameras", new JsonObject().put("id", id).put("url", "file:/" + id + ".mp4"));
        }
        page = rig.page();
        assertThat(page.getByTestId("camera-item")).hasCount(4);
    }

    /** As in the course of ten seconds. */
    private void statusesCome() throws Exception {
        page.evaluate(
                "() => { window.changes = 0; new MutationObserver(seen => window.changes += seen.length)"
                        + ".observe(document.getElementById('camera-list'), { subtree: true, childList: true, characterData: true }); }");
        for (int second = 0; second < 10; second++) {
            int before = ((Number) page.evaluate("() => window.changes")).intValue();
            for (String id : List.of("bridge", "court", "dock")) {
                rig.send(
                        Topic.CAMERA_STATUS,
                        id,
                        CameraStatus.newBuilder()
                                .setCamera(id)
                                .setState(second % 3 == 2 ? CameraStatus.State.OFFLINE : CameraStatus.State.LIVE)
                                .setReason(second % 3 == 2 ? "Connection refused. Check host and port." : "")
                                .setFps(3 + second)
                                .setAtMs(System.currentTimeMillis())
                                .build());
            }
            page.waitForFunction("before => window.changes > before", before);
        }
    }

    private Locator camera(String id) {
        return page.locator("[data-camera=" + id + "]");
    }

    @Test
    void theFocusStaysInTheListOfCamerasAndTabReachesEachOfThem() throws Exception {
        camera("court").locator(".pick").focus();
        statusesCome();
        assertThat(camera("court").locator(".pick")).isFocused();
        page.keyboard().press("Tab");
        assertThat(camera("court").getByLabel("Edit")).isFocused();
        statusesCome();
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        assertThat(camera("dock").locator(":focus")).hasCount(1);
    }

    @Test
    void aSlowClickOnACameraShowsIt() throws Exception {
        BoundingBox box = camera("dock").locator(".pick").boundingBox();
        page.mouse().move(box.x + 30, box.y + box.height / 2);
        page.mouse().down();
        statusesCome();
        page.mouse().up();
        assertThat(camera("dock").locator(".pick")).hasAttribute("aria-current", "true");
        assertThat(page).hasURL(Pattern.compile("/cameras/dock$"));
    }

    @Test
    void theFocusStaysOnAnAlertWhileOthersComeAndClose() throws Exception {
        String first = PageRig.unique("alert");
        rig.send(Topic.ALERTS, PageRig.STREET, alert(first));
        Locator pick = page.locator("[data-alert='" + first + "'] .pick");
        pick.focus();
        for (int i = 0; i < 3; i++) {
            Alert other = alert(PageRig.unique("alert"));
            rig.send(Topic.ALERTS, PageRig.STREET, other);
            assertThat(page.locator("[data-alert='" + other.getId() + "']")).isVisible();
        }
        rig.send(
                Topic.ALERTS,
                PageRig.STREET,
                alert(first).toBuilder().setState(Alert.State.CLOSE).build());
        assertThat(page.locator("[data-alert='" + first + "']")).hasAttribute("data-state", "CLOSE");
        assertThat(pick).isFocused();
    }

    private static Alert alert(String id) {
        return Alert.newBuilder()
                .setId(id)
                .setRule("r")
                .setRuleName("Lorry")
                .setCamera(PageRig.STREET)
                .setState(Alert.State.OPEN)
                .setOpenedAtMs(System.currentTimeMillis())
                .build();
    }

    @Test
    void rowsOfAListAreChangedInPlaceAndMovedAroundTheOneWithTheFocus() {
        Object order = page.evaluate("async () => {"
                + " const { rows } = await import('/rows.js'); const { h, write } = await import('/dom.js');"
                + " const list = h('ul'); document.body.append(list);"
                + " const draw = (...ids) => rows(list, ids.map((id) => ({ id })), { key: ({ id }) => id,"
                + "   make: ({ id }) => h('li', {}, h('button', { id: `row-${id}` }, id)), empty: 'none' });"
                + " const said = []; const say = () => said.push([...list.children].map((row) => row.textContent).join('')"
                + "   + ':' + (document.activeElement.textContent.length === 1 ? document.activeElement.textContent : '-'));"
                + " draw('a', 'b', 'c', 'd'); document.getElementById('row-c').focus(); say();"
                + " draw('c', 'a', 'd'); say(); draw('d', 'e', 'a', 'c', 'f'); say(); draw('f', 'd', 'e'); say();"
                + " draw(); say(); draw('x'); say(); list.remove(); return said; }");
        assertThat(order).isEqualTo(List.of("abcd:c", "cad:c", "deacf:c", "fde:e", "none:-", "x:-"));
    }
}
