#!/usr/bin/env python3
"""The two commands: what they count, what they read, how they refuse."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tools" / "lib"))

import count_tests  # noqa: E402

CASES = {
    "run": '<testcase name="a" status="run"></testcase>',
    "fail": '<testcase name="b" status="fail"><failure message=""/></testcase>',
    "not built": '<testcase name="c" status="notrun"><skipped message="Unable to find executable"/></testcase>',
    "dependency": '<testcase name="d" status="notrun"><skipped message="Fixture dependency failed"/></testcase>',
    "code": '<testcase name="e" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>',
    "said so": '<testcase name="f" status="notrun"><skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>',
    "disabled": '<testcase name="g" status="disabled"></testcase>',
}


def counted(*names):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tests.xml"
        path.write_text("<testsuite>" + "".join(CASES[name] for name in names) + "</testsuite>", encoding="utf-8")
        return count_tests.count([path, path])


def lines_of(name):
    text = (ROOT / "tools" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def bash(script, *arguments):
    return subprocess.run(["bash", "-c", script, "bash", *arguments], capture_output=True, text=True, check=False)


class Count(unittest.TestCase):
    def test_sums_over_all_files(self):
        self.assertEqual(counted("run", "fail", "code"), {"passed": 2, "failed": 2, "skipped": 2})

    def test_a_test_that_could_not_start_has_failed(self):
        self.assertEqual(counted("not built", "dependency"), {"passed": 0, "failed": 4, "skipped": 0})

    def test_only_what_asked_for_it_is_skipped(self):
        self.assertEqual(counted("code", "said so", "disabled"), {"passed": 0, "failed": 0, "skipped": 6})

    def test_nothing_at_all_is_not_a_success(self):
        program = ROOT / "tools" / "lib" / "count_tests.py"
        done = subprocess.run([sys.executable, program], capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, "0 passed, 0 failed, 0 skipped\n"))


class Lists(unittest.TestCase):
    def test_every_package_has_a_group_and_a_reason(self):
        names = []
        for line in lines_of("packages.txt"):
            group, name, reason = line.split(maxsplit=2)
            self.assertIn(group, ("build", "test"), line)
            self.assertTrue(reason.strip(), line)
            names.append(name)
        self.assertEqual(len(names), len(set(names)))

    def test_the_shell_reads_the_same_packages(self):
        script = f'ROOT={ROOT}; source "$ROOT/tools/lib/packages.sh"; wanted_packages build test'
        wanted = [line.split()[1] for line in lines_of("packages.txt")]
        self.assertEqual(bash(script).stdout.split(), wanted)

    def test_the_sample_has_enough_to_read(self):
        found = [path for line in lines_of("sample-documents.txt") for path in ROOT.glob(line)]
        words = sum(len(path.read_text(encoding="utf-8").split()) for path in found)
        self.assertGreater(words, 30 * 350, "at least thirty pages of about 350 words")


class Shell(unittest.TestCase):
    def test_quietly_hands_on_the_status_and_keeps_the_output(self):
        with tempfile.TemporaryDirectory() as folder:
            log = f"{folder}/sub/log"
            command = 'quietly "doing it" "$2" sh -c "echo out; echo err >&2; exit 3"'
            done = bash(f'source "$1/tools/lib/output.sh"; {command}', str(ROOT), log)
            self.assertEqual(done.returncode, 3)
            self.assertIn("doing it: failed after", done.stdout)
            self.assertEqual(Path(log).read_text(encoding="utf-8"), "out\nerr\n")

    def test_seconds_are_told_for_people(self):
        done = bash(f"source {ROOT}/tools/lib/output.sh; seconds_text 7; echo; seconds_text 135")
        self.assertEqual(done.stdout, "7 s\n2 min 15 s")

    def test_an_unknown_option_is_bad_usage(self):
        for tool in ("run", "test"):
            program = ROOT / "tools" / tool
            done = subprocess.run([program, "--nonsense"], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 2)
            self.assertIn("'--nonsense'", done.stderr)
            helped = subprocess.run([program, "--help"], capture_output=True, check=False)
            self.assertEqual(helped.returncode, 0)

    def test_the_scripts_pass_shellcheck(self):
        if bash("command -v shellcheck").returncode != 0:
            self.skipTest("no shellcheck")
        scripts = [ROOT / "tools" / "run", ROOT / "tools" / "test", ROOT / ".ci" / "run"]
        scripts += sorted((ROOT / "tools" / "lib").glob("*.sh"))
        done = subprocess.run(["shellcheck", "-x", *scripts], capture_output=True, text=True, check=False, cwd=ROOT)
        self.assertEqual(done.returncode, 0, done.stdout)


if __name__ == "__main__":
    unittest.main()
