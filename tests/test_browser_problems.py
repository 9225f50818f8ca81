"""What a person with weak eyes, a screen reader or large thumbs would stumble over in a page."""

import os
import shutil

import pytest
from playwright.async_api import Browser, Page, Playwright, async_playwright

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
]

marks = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: apt install chromium"),
]
pytestmark = marks


async def launch(playwright: Playwright) -> Browser:
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


async def problems(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(LOOK)
    return found


async def test_a_bad_page_is_found_out() -> None:
    async with async_playwright() as playwright:
        browser = await launch(playwright)
        page = await browser.new_page()
        await page.set_content(BAD)
        found = await problems(page)
        await browser.close()
    assert [problem.partition(":")[0] for problem in found] == [
        "scrolls sideways",
        "no language",
        "no title",
        "h1 0 times",
        "main 0 times",
        "an id twice",
        "no name",
        "too small to hit",
        "contrast 1.61",
        "too small to read",
        "no alt",
        "no list item",
    ]


BAD = """
<body style="background: white">
<p id="a" style="width: 3000px; color: #ccc">pale</p>
<p id="a" style="font-size: 9px">tiny</p>
<input style="height: 10px"> <img src="data:,">
<ul><p>loose</p></ul>
"""

LOOK = r"""
() => {
  const found = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (e) => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const start = (e) => e.outerHTML.slice(0, 80);

  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) found.push("scrolls sideways: " + root.scrollWidth);
  if (root.lang !== "vi") found.push("no language");
  if (!document.title) found.push("no title");
  for (const one of ["h1", "main"])
    if (all(one).length !== 1) found.push(`${one} ${all(one).length} times`);
  const ids = all("[id]").map((e) => e.id);
  if (new Set(ids).size !== ids.length) found.push("an id twice");

  const inputs = "button, a[href], summary, input:not([type=hidden]), textarea";
  for (const e of all(inputs).filter(shown)) {
    const label = e.labels?.[0]?.textContent.trim();
    if (!(e.getAttribute("aria-label") || e.textContent.trim() || label))
      found.push("no name: " + start(e));
    const { width, height } = e.getBoundingClientRect();
    if (Math.min(width, height) < 24) found.push("too small to hit: " + start(e));
  }

  const numbers = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const over = ([r, g, b, a = 1], under) =>
    [r, g, b].map((value, place) => value * a + under[place] * (1 - a));
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const upwards = (e) => (e ? [e, ...upwards(e.parentElement)] : []);
  const ground = (e) =>
    upwards(e)
      .reverse()
      .map((up) => numbers(getComputedStyle(up).backgroundColor))
      .reduce((under, layer) => over(layer, under), [255, 255, 255]);
  const hasText = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
  for (const e of all("body *").filter((one) => hasText(one) && shown(one))) {
    if (e.closest(".hidden, .skip, noscript, template")) continue;
    const style = getComputedStyle(e);
    const text = e.textContent.trim().slice(0, 40);
    if (parseFloat(style.fontSize) < 13) found.push("too small to read: " + text);
    const opacity = upwards(e).reduce((left, up) => left * getComputedStyle(up).opacity, 1);
    const under = ground(e);
    const [r, g, b, a = 1] = numbers(style.color);
    const shades = [light(over([r, g, b, a * opacity], under)), light(under)];
    const contrast = (Math.max(...shades) + 0.05) / (Math.min(...shades) + 0.05);
    if (contrast < 4.5) found.push(`contrast ${contrast.toFixed(2)}: ${text}`);
  }

  for (const e of all("img:not([alt])")) found.push("no alt: " + e.src);
  for (const e of all("ol > :not(li), ul > :not(li)")) found.push("no list item: " + start(e));
  return found;
}
"""
