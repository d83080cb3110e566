#!/usr/bin/env python3
"""Each rule of tools/tidy refuses what it is for and lets the rest pass."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tools"))

from fixtures import GREEN, RED  # noqa: E402
from tidy_rules import Repository, all_rules, check  # noqa: E402
from tidy_rules.cpp_text import blank_comments_and_strings, function_bodies  # noqa: E402
from tidy_rules.text_rules import fixed  # noqa: E402


def findings_of(rule, texts):
    """All findings of one rule; "allow" needs the others to run, for it judges their excuses."""
    repository = Repository.of(texts)
    found = check(repository) if rule == "allow" else check(repository, {rule})
    return [finding for finding in found if finding.rule == rule or rule == "allow" and finding.rule == "raw-new"]


class Rules(unittest.TestCase):
    def test_every_rule_has_a_red_and_a_green_fixture(self):
        names = {rule.name for rule in all_rules()}
        self.assertEqual(names, set(RED))
        self.assertEqual(names, set(GREEN))
        self.assertTrue(all(RED.values()) and all(GREEN.values()))

    def test_every_rule_says_what_it_is_for(self):
        for rule in all_rules():
            self.assertTrue(rule.about, rule.name)

    def test_names_are_distinct(self):
        names = [rule.name for rule in all_rules()]
        self.assertEqual(len(names), len(set(names)))

    def test_red_fixtures_are_refused(self):
        for rule, fixtures in RED.items():
            for texts in fixtures:
                with self.subTest(rule=rule, texts=texts):
                    self.assertTrue(findings_of(rule, texts))

    def test_green_fixtures_pass(self):
        for rule, fixtures in GREEN.items():
            for texts in fixtures:
                with self.subTest(rule=rule, texts=texts):
                    self.assertEqual([], findings_of(rule, texts))


class CppText(unittest.TestCase):
    def test_blanking_keeps_every_character_in_place(self):
        text = ('int a = 1\'000; // it\'s\nauto b = "x{\\"}"; char c = \'{\';'
                'auto d = R"q({)")q"; /* {\n */ int e;\n')
        code = blank_comments_and_strings(text)
        self.assertEqual(len(text), len(code))
        self.assertEqual(text.count("\n"), code.count("\n"))
        self.assertNotIn("{", code)
        self.assertIn("1'000;", code)
        self.assertIn("int e;", code)

    def test_functions_are_found_where_they_begin_and_end(self):
        code = ("namespace n {\nstruct A {\n  int f() { return g({1}); }\n  int x{3};\n};\n"
                "int h() noexcept {\n}\n}\n")
        heads = [body.head for body in function_bodies(code)]
        self.assertEqual(["int f()", "int h() noexcept"], heads)


class Program(unittest.TestCase):
    def run_tidy(self, *arguments):
        command = [sys.executable, str(ROOT / "tools" / "tidy"), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_fix_mends_what_is_trivial(self):
        self.assertEqual("a\nb\n", fixed("a  \nb\n\n\n"))
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "README.md"
            page.write_text("# A  ", encoding="utf-8")
            found = self.run_tidy("--root", folder)
            self.assertEqual(1, found.returncode)
            self.assertIn("README.md:1: [trailing-space]", found.stdout)
            self.assertEqual(0, self.run_tidy("--root", folder, "--fix").returncode)
            self.assertEqual("# A\n", page.read_text(encoding="utf-8"))

    def test_unknown_rule_is_refused(self):
        refused = self.run_tidy("--only", "nonsense")
        self.assertEqual(2, refused.returncode)
        self.assertIn("expected a rule of --rules, got 'nonsense'", refused.stderr)


if __name__ == "__main__":
    unittest.main()
