/** The theme that was chosen, else the system's, before anything is painted. All pages have this script in their heads. */
{
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const draw = () => {
    document.documentElement.dataset.theme = localStorage.getItem("theme") ?? (dark.matches ? "dark" : "light");
    dispatchEvent(new Event("themechange"));
  };
  dark.addEventListener("change", draw);
  addEventListener("themechosen", draw);
  // Chosen in another tab.
  addEventListener("storage", ({ key }) => key === "theme" && draw());
  draw();
}
