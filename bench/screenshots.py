"""Pictures of the product at work, from a private one with the example lender in it.

    python -m bench.screenshots [--all]

Without more it takes the README's picture again, docs/images/board.png. With --all every page of
every role goes to var/screenshots/, in light and dark, on a wide screen and on a telephone.
"""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config import servers, up
from config.servers import places, ports, processes
from tests.config.story import within

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PICTURE = places.BASE_DIR / "docs" / "images" / "board.png"
WIDE, NARROW = (1440, 900), (400, 800)
SIZES = {"wide": WIDE, "narrow": NARROW}
SCHEMES = ("light", "dark")
CLOCKS_RUN_OUT = 300  # seconds
SETTINGS = {
    "SECRET_KEY": "only-for-pictures" * 4,
    "DJANGO_SETTINGS_MODULE": "config.settings",
    "COUNTERSIGN_DEMO": "1",
    "DATABASE_POOL": "4",
    "LOG_LEVEL": "WARNING",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # Playwright's loop runs in this thread
}


@contextmanager
def product() -> Iterator[str]:
    """The address of a web server in front of a lender that has worked for some hours."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        os.environ.pop(name, None)
    with tempfile.TemporaryDirectory() as var, servers.running(purpose="pictures") as urls:
        os.environ.update(
            SETTINGS, DATABASE_URL=urls.database, REDIS_URL=urls.redis, COUNTERSIGN_VAR=var
        )
        subprocess.run(up.manage("prepare", "--demo"), check=True)
        subprocess.run(up.manage("seed_demo"), check=True)
        port = ports.any_free()
        web = processes.start(up.web_command(port))
        try:
            assert within(30, lambda: up.status_of_first_page(port) > 0), "No page is served."
            yield f"http://{ports.LOOPBACK}:{port}"
        finally:
            processes.stop(web, steps=[(signal.SIGTERM, 5.0)])


@contextmanager
def chromium() -> Iterator["Browser"]:
    from playwright.sync_api import sync_playwright

    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


def page_of(browser: "Browser", address: str, username: str, **options: Any) -> "Page":
    """A page of somebody who has signed in by the demo's one click."""
    page = browser.new_context(**options).new_page()
    page.goto(f"{address}/sign-in/")
    page.locator(f"form[action$='/as/{username}/'] button").click()
    page.wait_for_load_state("networkidle")
    return page


def take(page: "Page", into: Path, *, whole: bool = False) -> None:
    page.wait_for_load_state("networkidle")
    into.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=into, full_page=whole, animations="disabled")
    print(f"{into}  {into.stat().st_size / 1000:.0f} kB")


def of_the_board(browser: "Browser", address: str) -> None:
    from config.demo import people

    page = page_of(browser, address, people.MANAGER, **seen_as("light", WIDE))
    if page.get_by_role("button", name="Got it").count():
        page.get_by_role("button", name="Got it").first.click()
        page.wait_for_load_state("networkidle")
    page.goto(f"{address}/board/")
    # Nobody works there any more: within some minutes a promise is broken and another about to be.
    if not within(CLOCKS_RUN_OUT, lambda: shows(page, "breached") and shows(page, "warn")):
        print("No promise has run out; the picture shows a quiet house.")
    take(page, PICTURE)


def shows(page: "Page", standing: str) -> bool:
    """Whether the board, which counts anew by itself, has items that stand like this."""
    page.wait_for_timeout(1000)
    return page.locator(f"#attention-{standing} b").inner_text() != "0"


def of_everything(browser: "Browser", address: str, into: Path) -> None:
    from tests.browser import tour

    stops = {role: tour.stops(role) for role in tour.ROLES}
    for scheme in SCHEMES:
        for size, viewport in SIZES.items():
            options = seen_as(scheme, viewport)
            page = browser.new_context(**options).new_page()
            page.goto(f"{address}/sign-in/")
            take(page, into / f"sign-in-{scheme}-{size}.png", whole=True)
            for role, username in tour.ROLES.items():
                page = page_of(browser, address, username, **options)
                for stop in stops[role]:
                    page.goto(address + stop.path)
                    take(page, into / f"{role}-{stop.name}-{scheme}-{size}.png", whole=True)


def seen_as(scheme: str, viewport: tuple[int, int]) -> dict[str, Any]:
    width, height = viewport
    return {"color_scheme": scheme, "viewport": {"width": width, "height": height}}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every page, into var/screenshots/")
    parser.add_argument("--into", type=Path, default=places.BASE_DIR / "var" / "screenshots")
    wanted = parser.parse_args()
    with product() as address:
        import django

        django.setup()
        with chromium() as browser:
            of_the_board(browser, address)
            if wanted.all:
                of_everything(browser, address, wanted.into)


if __name__ == "__main__":
    sys.exit(main())
