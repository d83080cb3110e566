"""The page as a person uses it: a real Chromium, a real host, real documents.

    page_test.py --cedar build/dev/bin/cedar --zoo build/dev/bad_plugins [--pictures DIR]

Exit code 77 where there is no Chromium: the test is skipped, not passed.
"""
import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

from chromium import Chromium, find_chromium
from host import Host

SKIPPED = 77
QUESTION = "How do I write a component?"

options = None


class PageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.host = Host(options.cedar, "--aggregator", "aggregator.extractive")
        cls.addClassCleanup(cls.host.__exit__)

    def setUp(self):
        self.page = Chromium(find_chromium())
        self.addCleanup(self.page.__exit__)
        self.page.resize(1200, 900)

    def tearDown(self):
        if options.pictures:
            self.page.screenshot(os.path.join(options.pictures, f"{self._testMethodName}.png"))
        self.assertEqual(self.page.complaints(), [])

    def open_project(self, url=None):
        self.page.open(url or self.host.url)
        # By its name: other tests make projects, and the newest is listed first.
        self.page.until("document.querySelectorAll('#projects a').length > 0")
        self.page.open(self.page.evaluate("[...document.querySelectorAll('#projects a')]"
                                          ".find((link) => link.innerText.includes('sample')).href"))
        self.page.until("document.querySelectorAll('.component').length > 0")

    def ask(self, question):
        before = self.page.evaluate("document.querySelectorAll('.run').length")
        self.page.type("#chatInput", question)
        self.page.press("Enter", ctrl=True)
        self.page.until(f"document.querySelectorAll('.run').length === {before + 1}")

    def wait_for(self, *states):
        """Waits until the last run is in one of these states."""
        self.page.until(f"{list(states)!r}.includes([...document.querySelectorAll('.run')].at(-1)?.dataset.state)")

    def test_a_question_shows_every_step_and_its_answer(self):
        page = self.page
        self.open_project()
        self.ask(QUESTION)
        self.wait_for("complete", "partial")
        steps = page.text(".steps")
        for text in ("Received", "Planning", "Prepared the context", "retrieval.retrieve_docs",
                     "Putting the answer"):
            self.assertIn(text, steps)
        rows = page.evaluate("[...document.querySelectorAll('.candidates > li')].map((row) => row.dataset.status)")
        self.assertIn("ok", rows)
        self.assertNotIn("asked", rows)
        answer = page.text(".answer")
        self.assertIn("plain function", answer)
        self.assertIn("writing.md", answer)
        self.assertIn("aggregator.extractive", answer)
        self.assertIn("uses no language model", answer)
        self.assertEqual(page.text("#status"), page.text("#status").strip())
        self.assertEqual(page.evaluate("document.activeElement.id"), "chatInput")

    def test_a_row_opens_and_shows_what_the_component_brought(self):
        page = self.page
        self.open_project()
        self.ask(QUESTION)
        self.wait_for("complete", "partial")
        page.click("[data-component='retrieval.retrieve_docs'] summary")
        page.until("document.querySelector('.passage')")
        self.assertIn("writing.md", page.text(".passage"))
        page.click(".step-detail summary")
        page.until("document.querySelector('.prompt li')")

    def test_a_prompt_too_large_for_its_event_is_fetched_when_asked_for(self):
        page = self.page
        self.open_project()
        self.ask("component " + "<b>x</b> " * 12000)
        self.wait_for("complete", "partial")
        page.click(".step-detail summary")
        page.until("document.querySelector('.step-detail .fetched button')")
        page.click(".step-detail .fetched button")
        page.until("document.querySelectorAll('.step-detail .prompt li').length >= 3")
        self.assertGreater(page.evaluate("document.querySelector('.step-detail .prompt').innerText.length"), 100000)

    def test_text_is_never_markup(self):
        page = self.page
        self.open_project()
        self.ask("<img src=x onerror=\"document.title='broken'\"> Not bold")
        self.wait_for("complete", "partial", "failed")
        self.assertEqual(page.evaluate("document.querySelectorAll('#msgs img, #msgs b').length"), 0)
        self.assertNotEqual(page.evaluate("document.title"), "broken")
        self.assertIn("<img", page.text(".question"))

    def test_a_lost_socket_is_resumed_without_loss_or_repetition(self):
        page = self.page
        page.call("Page.addScriptToEvaluateOnNewDocument", source="""
            window.opened = 0;
            window.WebSocket = class extends WebSocket {
              constructor(url) {
                super(url);
                window.opened += 1;
                if (window.opened === 1) this.addEventListener('message', () => this.close(), { once: true });
              }
            };""")
        self.open_project()
        self.ask(QUESTION)
        self.wait_for("complete", "partial")
        self.assertGreaterEqual(page.evaluate("window.opened"), 2)
        steps = page.evaluate(
            "[...document.querySelectorAll('.step')].map((step) => step.innerText.split('\\n')[0])")
        self.assertEqual(sum(step.startswith("Received") for step in steps), 1)
        self.assertEqual(sum(step.startswith("Asked") for step in steps), 1)

    def test_a_reload_shows_the_run_again(self):
        page = self.page
        self.open_project()
        self.ask(QUESTION)
        self.wait_for("complete", "partial")
        answer = page.text(".answer h3")
        page.evaluate("window.isOld = true")
        page.call("Page.reload")
        page.until("!window.isOld && document.readyState === 'complete'")
        self.wait_for("complete", "partial")
        self.assertEqual(page.text(".question").strip(), QUESTION)
        self.assertEqual(page.text(".answer h3"), answer)

    def test_a_project_is_created_and_opened(self):
        page = self.page
        page.open(self.host.url)
        page.type("#title", "Field notes & <b>more</b>")
        page.press("Enter")
        page.until("location.pathname.startsWith('/project/') && document.readyState === 'complete'")
        self.assertEqual(page.text("h1"), "Field notes & <b>more</b>")
        page.until("document.querySelectorAll('.component').length > 0")

    def test_the_list_of_components_shows_their_schemas(self):
        page = self.page
        self.open_project()
        page.click("[data-component='example.summarize'] summary")
        page.until("document.querySelector('.component dl')")
        page.click("[data-component='example.summarize'] .schema summary")
        page.until("document.querySelector('.schema pre')")
        self.assertIn('"type": "object"', page.text(".schema pre"))

    def test_plugins_come_change_and_go_before_the_eyes(self):
        page = self.page
        folder = pathlib.Path(tempfile.mkdtemp(prefix="cedar-plugins-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)

        def drop(fixture):
            shutil.copy(os.path.join(options.zoo, fixture), folder / "incoming")
            (folder / "incoming").rename(folder / "mine.so")

        def state(name):
            return f"document.querySelector('#plugins [data-plugin=\"mine.so\"]')?.dataset.state === '{name}'"

        with Host(options.cedar, "--aggregator", "aggregator.extractive", "--plugins", str(folder)) as host:
            self.open_project(host.url)
            page.until("document.querySelectorAll('#plugins .component').length > 0")
            self.assertIn("host's own process", page.text("#plugins .isolation"))
            drop("good.so")
            page.until(state("ready"))
            page.until("document.querySelector('[data-component=\"fixture.good\"]')")
            told = "document.querySelector('#plugins .plugin-events [data-event=ready]')"
            page.until(f"{told}?.textContent.includes('mine.so')")
            page.click("#plugins [data-plugin='mine.so'] summary")
            self.assertIn("generation 1", page.text("#plugins [data-plugin='mine.so'] summary"))
            page.click("#plugins [data-plugin='mine.so'] .plugin-components button")
            page.until("document.querySelector('[data-component=\"fixture.good\"]').open")
            drop("no_entry.so")
            page.until(state("rejected"))
            self.assertIn("generation 1 stays in use", page.text("#plugins [data-plugin='mine.so'] summary"))
            self.assertTrue(page.evaluate("document.querySelector('#plugins [data-plugin=\"mine.so\"]').open"))
            if options.pictures:
                page.screenshot(os.path.join(options.pictures, "plugins.png"))
            (folder / "mine.so").unlink()
            page.until("!document.querySelector('#plugins [data-plugin=\"mine.so\"]')")
            page.until("!document.querySelector('[data-component=\"fixture.good\"]')")
            page.open("about:blank")

    def test_a_circuit_on_trial_and_what_ended_are_shown(self):
        page = self.page
        folder = pathlib.Path(tempfile.mkdtemp(prefix="cedar-plugins-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        shutil.copy(os.path.join(options.zoo, "exits.so"), folder / "mine.so")
        plugin = "document.querySelector('#plugins [data-plugin=\"mine.so\"]')"
        with Host(options.cedar, "--aggregator", "aggregator.extractive", "--plugins", str(folder),
                  "--set", "worker.breaker_failures=1", "--set", "worker.breaker_pause_ms=1",
                  "--set", "worker.quarantine_crashes=0") as host:
            self.open_project(host.url)
            page.until(f"{plugin}?.dataset.state === 'ready'")
            self.assertNotIn("failures", page.evaluate(f"{plugin}.textContent"))
            page.evaluate("""{
                const place = new URL('/ws/chat/' + location.pathname.split('/').pop(), location.href);
                place.protocol = 'ws:';
                const socket = new WebSocket(place);
                socket.onopen = () => socket.send(JSON.stringify(
                    {action: 'chat', content: 'end', components: ['fixture.exits']}));
            }""")
            page.until(f"{plugin}?.textContent.includes('on trial after failures')")
            self.assertIn("crashed 1 time; the last: ", page.evaluate(f"{plugin}.textContent"))
            page.open("about:blank")

    def test_it_fits_a_phone_in_the_dark(self):
        page = self.page
        page.resize(380, 800, dark=True)
        self.open_project()
        self.ask(QUESTION)
        self.wait_for("complete", "partial")
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 380)

    def test_a_missing_aggregator_is_explained_and_another_can_be_taken(self):
        page = self.page
        with Host(options.cedar, "--aggregator", "aggregator.absent") as host:
            self.open_project(host.url)
            page.until("document.querySelector('#components .problem')")
            self.assertIn("aggregator.absent", page.text("#components .problem"))
            self.ask(QUESTION)
            self.wait_for("failed")
            self.assertIn("aggregator", page.text(".trouble"))
            self.assertIn("cedar.toml", page.text(".trouble .hint"))
            page.evaluate("[...document.querySelectorAll('.again button')]"
                          ".find((one) => one.innerText.includes('aggregator.extractive')).click()")
            self.wait_for("complete", "partial")
            page.open("about:blank")

    def test_a_missing_key_is_explained_and_another_aggregator_can_be_taken(self):
        page = self.page
        with Host(options.cedar) as host:
            self.open_project(host.url)
            self.assertIn("OPENAI_API_KEY", page.text(".notice"))
            self.ask(QUESTION)
            self.wait_for("failed")
            self.assertIn("missing_key", page.text(".trouble-text"))
            for text in ("OPENAI_API_KEY", "--aggregator aggregator.extractive"):
                self.assertIn(text, page.text(".trouble-detail"))
            if options.pictures:
                page.screenshot(os.path.join(options.pictures, "missing_key.png"))
            page.evaluate("[...document.querySelectorAll('.again button')]"
                          ".find((one) => one.innerText.includes('aggregator.extractive')).click()")
            self.wait_for("complete", "partial")
            page.open("about:blank")

    def test_test_mode_says_so_on_every_page_and_in_the_answer(self):
        page = self.page
        with Host(options.cedar, CEDAR_TEST_MODE="1") as host:
            page.open(host.url)
            self.assertIn("Test mode", page.text(".notice"))
            self.open_project(host.url)
            self.assertIn("Test mode", page.text(".notice"))
            self.ask(QUESTION)
            self.wait_for("complete", "partial")
            self.assertIn("in test mode", page.text(".answer .by"))
            # However far one reads down, it stays in sight and nothing lies over it.
            page.evaluate("document.querySelector('.talk').style.paddingBottom = '3000px'")
            page.evaluate("window.scrollTo(0, 1500)")
            top = page.evaluate("window.scrollY && document.querySelector('.notice').getBoundingClientRect().top")
            self.assertTrue(0 < top < 100, top)
            self.assertIn("notice", page.evaluate(f"document.elementFromPoint(60, {top} + 8).className"))
            if options.pictures:
                page.screenshot(os.path.join(options.pictures, "test_mode.png"))
            page.open("about:blank")


def main():
    global options
    parser = argparse.ArgumentParser()
    parser.add_argument("--cedar", required=True)
    parser.add_argument("--zoo", required=True)
    parser.add_argument("--pictures")
    options, rest = parser.parse_known_args()
    if find_chromium() is None:
        print("skipped: no chromium on the PATH")
        return SKIPPED
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False, verbosity=2).result
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
