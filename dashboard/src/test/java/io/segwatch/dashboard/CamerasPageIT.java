package io.segwatch.dashboard;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The list of cameras, and a camera's form. */
class CamerasPageIT {
    @RegisterExtension
    static final PageRig rig = new PageRig();

    private Page page;

    @BeforeEach
    void open() {
        page = rig.page();
    }

    @Test
    void aWrongCameraAddressIsExplainedInTheForm() {
        page.getByTestId("camera-add").click();
        page.getByTestId("camera-url").fill("ftp://camera");
        page.getByTestId("camera-form-save").click();
        assertThat(page.getByTestId("camera-form")).containsText("rtsp://");
        assertThat(page.getByTestId("camera-url")).hasAttribute("aria-invalid", "true");
        assertThat(page.locator("#url-problem")).containsText("rtsp");
        assertThat(page.getByTestId("camera-form").locator(".problems")).isEmpty();
        page.keyboard().press("Escape");
        assertThat(page.getByTestId("camera-item")).hasCount(1);
    }
}
