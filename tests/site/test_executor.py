"""Blocks run isolated and all their output is kept, forked or in fresh interpreters alike."""

import os
import re
import signal
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from byhand_site import executor, forkserver
from byhand_site.executor import ForkExecutor, Outcome, SpawnExecutor
from byhand_site.fences import Block

LINE = 40
MODES: dict[str, type[ForkExecutor | SpawnExecutor]] = {
    "fork": ForkExecutor,
    "spawn": SpawnExecutor,
}
Run = Callable[..., list[Outcome]]


@pytest.fixture(scope="module", params=MODES)
def mode(request: pytest.FixtureRequest) -> str:
    """Each kind of executor in turn."""
    if request.param == "fork" and not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    return str(request.param)


@pytest.fixture(scope="module")
def run(mode: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run sources as blocks, in order, in one executor of each kind."""
    at_work = MODES[mode](tmp_path_factory.mktemp("docs"), None)
    count = 0

    def run_all(*sources: str, language: str = "python") -> list[Outcome]:
        nonlocal count
        futures = []
        for source in sources:
            count += 1
            code = textwrap.dedent(source).strip("\n")
            futures.append(at_work.submit(Block("x.md", f"b{count}", language, LINE, code, {})))
        return [future.result(60) for future in futures]

    yield run_all
    at_work.close()


PRINTS = {
    "print": ('print("a", 1, sep=", ")', "a, 1\n"),
    "stdout.write": ('import sys\nsys.stdout.write("a\\n")', "a\n"),
    "an imported function": ("import pprint\npprint.pprint([1])", "[1]\n"),
    "builtins": ("import builtins\nbuiltins.print(1)", "1\n"),
    "file descriptor": ('import os\nos.write(1, b"a\\n")', "a\n"),
    "a subprocess": ('import subprocess\nsubprocess.run(["echo", "a"], check=True)', "a\n"),
    "a kept stream": ('import sys\nkept = sys.stdout\nkept.write("a")', "a"),
    "a thread": (
        "import threading\nt = threading.Thread(target=print, args=(1,))\nt.start()\nt.join()",
        "1\n",
    ),
    "letters": ('print("ŷ − 0 ≤ π")', "ŷ − 0 ≤ π\n"),
    "in order": (
        'import os, sys\nprint(1, flush=True)\nos.write(1, b"2\\n")\nsys.stdout.write("3\\n")',
        "1\n2\n3\n",
    ),
    "nothing": ("x = 1", ""),
    "no echo of the last value": ("1 + 1", ""),
    "the module is main": ("print(__name__)", "__main__\n"),
    "an empty folder": ("import os\nprint(os.listdir())", "[]\n"),
    "no input": ("import sys\nprint(repr(sys.stdin.read()))", "''\n"),
}


def test_output_is_kept_whoever_writes_it(run: Run) -> None:
    outcomes = run(*[source for source, _ in PRINTS.values()])
    for (name, (_, expected)), outcome in zip(PRINTS.items(), outcomes, strict=True):
        assert outcome.error == "", name
        assert outcome.output == expected, name


FAILURES = {
    "raises": ("x = 1\nraise ValueError('no')", 2, "ValueError: no"),
    "raises inside a function": ("def f():\n    return 1 / 0\n\n\nf()", 2, "ZeroDivisionError"),
    "raises in a library": ("x = 1\n\nimport json\njson.loads('{')", 4, "JSONDecodeError"),
    "does not parse": ("x = 1\ny = = 2", 2, "SyntaxError"),
    "warns": ("import warnings\nwarnings.warn('old', UserWarning)", 2, "UserWarning: old"),
    "warns while compiled": ("x = 1\nif x is 1:\n    pass", 2, "SyntaxWarning|SyntaxError"),
    "numpy warns": ("import numpy as np\nnp.float64(1) / 0", 2, "RuntimeWarning"),
    "sys.exit(0)": ("import sys\nsys.exit(0)", 2, r"sys\.exit\(0\)"),
    "sys.exit(3)": ("import sys\nsys.exit(3)", 2, r"sys\.exit\(3\)"),
    "os._exit": ("import os\nos._exit(0)", 0, "ended its process"),
    "killed": ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", 0, "ended its process"),
    "interrupts itself": ("raise KeyboardInterrupt", 1, "KeyboardInterrupt"),
    "writes to standard error": (
        "import sys\nprint('hm', file=sys.stderr)",
        0,
        "wrote to standard error:\nhm",
    ),
    "a subprocess writes to standard error": (
        "import subprocess\nsubprocess.run('echo hm >&2', shell=True)",
        0,
        "wrote to standard error:\nhm",
    ),
    "never shows its figure": (
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])",
        0,
        "a figure was drawn and never shown",
    ),
}


def test_a_failure_names_the_line_of_the_page_and_the_reason(run: Run) -> None:
    outcomes = run(*[source for source, _, _ in FAILURES.values()])
    for (name, (_, line, reason)), outcome in zip(FAILURES.items(), outcomes, strict=True):
        assert outcome.error, name
        assert re.search(reason, outcome.error), (name, outcome.error)
        assert outcome.line == LINE + line, name


def test_a_traceback_shows_the_page_and_nothing_of_the_machinery(run: Run) -> None:
    (outcome,) = run("def f(x):\n    return 1 / x\n\n\nf(0)")
    assert f'File "docs/x.md", line {LINE + 2}, in f' in outcome.error
    assert "    return 1 / x" in outcome.error
    assert f'File "docs/x.md", line {LINE + 5}, in <module>' in outcome.error
    assert "byhand_site" not in outcome.error


def test_what_a_failed_block_printed_before_is_kept(run: Run) -> None:
    (outcome,) = run("print('before')\n1 / 0")
    assert outcome.output == "before\n"
    assert "ZeroDivisionError" in outcome.error


def test_an_endless_loop_is_ended(
    run: Run, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(executor, "SECONDS", 1.0)
    began = time.monotonic()
    late, good = run("while True: pass", "print(1)")
    assert "took longer than 1 s" in late.error
    assert late.line == LINE
    assert good.output == "1\n"
    assert time.monotonic() - began < 8
    assert capfd.readouterr() == ("", "")


LEAKS = {
    "numpy's random state": (
        "import numpy as np\nnp.random.seed(1)",
        "import numpy as np\nprint(np.random.get_state()[1][0] == 1)",
        "False",
    ),
    "random's state": (
        "import random\nrandom.seed(1)",
        "import random\nprint(random.random() == 0.13436424411240122)",
        "False",
    ),
    "print options": (
        "import numpy as np\nnp.set_printoptions(precision=1)",
        "import numpy as np\nprint(np.array([1 / 8]))",
        "[0.125]",
    ),
    "float errors": (
        "import numpy as np\nnp.seterr(all='ignore')",
        "import numpy as np\nprint(np.geterr()['divide'])",
        "warn",
    ),
    "rcParams": (
        "import matplotlib.pyplot as plt\nplt.rcParams['font.size'] = 33",
        "import matplotlib.pyplot as plt\nprint(plt.rcParams['font.size'] == 33)",
        "False",
    ),
    "environment": (
        "import os\nos.environ['LEAK'] = '1'",
        "import os\nprint(os.environ.get('LEAK'))",
        "None",
    ),
    "folder": ("import os\nos.chdir('/')", "import os\nprint(os.getcwd() == '/')", "False"),
    "files": ("open('leak', 'w').close()", "import os\nprint(os.path.exists('leak'))", "False"),
    "open figures": (
        "import matplotlib.pyplot as plt\nplt.figure()",
        "import matplotlib.pyplot as plt\nprint(plt.get_fignums())",
        "[]",
    ),
    "a changed package": (
        "import byhand\nbyhand.MLP = None",
        "import byhand\nprint(byhand.MLP is None)",
        "False",
    ),
    "changed data": (
        "from byhand.worked import churn\nchurn.W1 = None",
        "from byhand.worked import churn\nprint(churn.W1 is None)",
        "False",
    ),
    "modules": (
        "import sys\nsys.modules['leak'] = sys",
        "import sys\nprint('leak' in sys.modules)",
        "False",
    ),
    "names": ("leak = 1", "print('leak' in globals())", "False"),
    "builtins": (
        "import builtins\nbuiltins.leak = 1",
        "print('leak' in dir(__builtins__))",
        "False",
    ),
    "warning filters": (
        "import warnings\nwarnings.simplefilter('ignore')",
        "import warnings\nprint(warnings.filters[0][0])",
        "error",
    ),
    "decimal's context": (
        "import decimal\ndecimal.getcontext().prec = 3",
        "import decimal\nprint(decimal.getcontext().prec)",
        "28",
    ),
}


OUTLIVING = ("environment", "folder", "files", "names")
"""What could reach a fresh interpreter too."""


def test_nothing_leaks_from_one_block_to_the_next(run: Run, mode: str) -> None:
    leaks = LEAKS if mode == "fork" else {name: LEAKS[name] for name in OUTLIVING}
    # every worker meets every change before the first look at it
    run(*[change for change, _, _ in leaks.values()] * 2)
    outcomes = run(*[look for _, look, _ in leaks.values()])
    for (name, (_, _, expected)), outcome in zip(leaks.items(), outcomes, strict=True):
        assert outcome.output == f"{expected}\n", (name, outcome.error)


@pytest.mark.parametrize(
    "draw",
    [
        "import random\nprint(random.random())",
        "import numpy as np\nprint(np.random.random())",
        "import numpy as np\nprint(np.random.default_rng().random())",
        "import matplotlib\nimport numpy as np\nprint(np.random.random())",
    ],
)
def test_chance_without_a_seed_differs_from_block_to_block(run: Run, draw: str) -> None:
    outcomes = run(*[draw] * 3)
    assert [outcome.error for outcome in outcomes] == [""] * 3
    assert len({outcome.output for outcome in outcomes}) == 3


def test_the_package_is_imported_anew_by_each_block(run: Run) -> None:
    look = "import sys\nprint([name for name in sys.modules if name.split('.')[0] == 'byhand'])"
    outcomes = run(look, f"import matplotlib\n{look}")
    assert [outcome.output for outcome in outcomes] == ["[]\n"] * 2


def test_only_a_block_that_draws_finds_matplotlib_loaded(run: Run, mode: str) -> None:
    look = "import sys\nprint(sum(name.startswith('matplot') for name in sys.modules) > 20)"
    outcomes = run(look, f"{look}  # matplotlib", f"{look}  # views_bench")
    found = [outcome.output for outcome in outcomes]
    assert found == [f"{mode == 'fork' and drawing}\n" for drawing in (False, True, True)]


def test_what_the_second_server_has_goes_there() -> None:
    sources = {"import numpy": False, "from sklearn import svm": True, "import matplotlib": True}
    for source, large in sources.items():
        assert forkserver._is_large({"source": source}) is large


SLOW = "import time\nprint(time.monotonic())\ntime.sleep(0.2)\nprint(time.monotonic())"


@pytest.mark.parametrize("mode", MODES)
def test_no_more_blocks_run_at_a_time_than_there_are_workers(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(executor, "workers", lambda: 3)
    at_work = MODES[mode](tmp_path, None)
    sources = [SLOW, f"{SLOW}  # matplotlib"] * 4
    futures = [
        at_work.submit(Block("x.md", f"b{number}", "python", LINE, source, {}))
        for number, source in enumerate(sources)
    ]
    spans = [[float(word) for word in future.result(60).output.split()] for future in futures]
    at_work.close()
    most = max(sum(begin <= span[0] < end for begin, end in spans) for span in spans)
    assert most == 3


def test_figures_come_in_order_with_their_data(run: Run) -> None:
    (outcome,) = run(
        """
        import matplotlib.pyplot as plt

        plt.plot([0, 1], [0, 2])
        print("between")
        plt.show()
        for height in (3, 4):
            fig, ax = plt.subplots()
            ax.plot([0, 1], [0, height])
        plt.show()
        """
    )
    assert outcome.error == ""
    assert outcome.output == "between\n"
    heights = [figure["axes"][0]["artists"][0]["y"][1] for _, figure in outcome.figures]
    assert heights == [2, 3, 4]
    assert all(drawn.startswith("<svg") for drawn, _ in outcome.figures)


def test_the_value_of_a_show_block_is_that_of_its_last_line(run: Run) -> None:
    text, diagram = run(
        'name = "a.z"\n"$z = {@" + name + "}$"',
        """
        class Diagram:
            svg, data, alt = "<svg/>", {"a": 1}, "a drawing"

        Diagram()
        """,
        language="show",
    )
    assert (text.error, text.markdown) == ("", "$z = {@a.z}$")
    assert (diagram.error, diagram.figures, diagram.alt) == (
        "",
        [("<svg/>", {"a": 1})],
        "a drawing",
    )


BAD_SHOWS = {
    "prints": ('print("x")\n"text"', "must print nothing"),
    "ends in no expression": ("x = 1", "the last line of a show block must be an expression"),
    "is empty": ("# nothing", "the last line of a show block must be an expression"),
    "gives a number": ("1", "must give text or a Diagram; got int"),
    "gives None": ("None", "must give text or a Diagram; got NoneType"),
    "raises": ('int("x")', "invalid literal for int()"),
}


def test_a_show_block_that_shows_nothing_fails(run: Run) -> None:
    outcomes = run(*[source for source, _ in BAD_SHOWS.values()], language="show")
    for (name, (_, reason)), outcome in zip(BAD_SHOWS.items(), outcomes, strict=True):
        assert reason in outcome.error, name


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def children(parent: int, name: str = "") -> list[int]:
    """Processes that a process has begun and not ended, of a name."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = Path(folder, "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
            command = Path(folder, "cmdline").read_text(encoding="utf-8")
        except OSError:
            continue
        if int(fields[1]) == parent and fields[0] != "Z" and name in command:
            found.append(int(folder.name))
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


on_linux = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")
ENDLESS = """
import os, pathlib, subprocess, sys, time

helper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(50)"])
pathlib.Path({file!r}).write_text(f"{{os.getpid()}} {{helper.pid}}")
time.sleep({seconds})
"""


@on_linux
@pytest.mark.parametrize("mode", MODES)
def test_closing_kills_what_still_runs(mode: str, tmp_path: Path) -> None:
    at_work = MODES[mode](tmp_path, None)
    file = tmp_path / "pids"
    source = ENDLESS.format(file=str(file), seconds=50)
    at_work.submit(Block("x.md", "endless", "python", LINE, source, {}))
    assert wait_for(lambda: file.exists() and len(file.read_text().split()) == 2)
    pids = [int(pid) for pid in file.read_text().split()]
    began = time.monotonic()
    at_work.close()
    assert time.monotonic() - began < 5
    assert wait_for(lambda: not any(map(is_running, pids)), 3)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("mode", MODES)
def test_nobody_waits_for_ever_where_counting_fails(mode: str, tmp_path: Path) -> None:
    def counting(*_: object) -> None:
        raise BrokenPipeError

    at_work = MODES[mode](tmp_path, counting)
    futures = [
        at_work.submit(Block("x.md", f"b{number}", "python", LINE, "print(1)", {}))
        for number in range(3)
    ]
    outcomes = [future.result(20) for future in futures]
    at_work.close()
    assert all(one.output == "1\n" or "ended before this one" in one.error for one in outcomes)


@on_linux
@pytest.mark.parametrize("victim", ["first", "second"])
def test_blocks_whose_server_has_died_fail_and_nobody_waits(victim: str, tmp_path: Path) -> None:
    at_work = ForkExecutor(tmp_path, None)
    (first,) = children(os.getpid(), "byhand_site.forkserver")
    assert wait_for(lambda: len(children(first, "byhand_site.forkserver")) == 1)
    (second,) = children(first, "byhand_site.forkserver")
    sources = ["import time\ntime.sleep(30)", "import matplotlib, time\ntime.sleep(30)"]
    futures = [
        at_work.submit(Block("x.md", f"b{number}", "python", LINE, source, {}))
        for number, source in enumerate(sources)
    ]
    assert wait_for(lambda: len(children(first)) == 2 and len(children(second)) == 1)
    killed, other = (first, second) if victim == "first" else (second, first)
    ended = [first, second, *children(other)]
    os.kill(killed, signal.SIGKILL)
    for future in futures:
        assert "ended before this one" in future.result(5).error
    assert wait_for(lambda: not any(map(is_running, ended)))
    at_work.close()


@on_linux
@pytest.mark.parametrize("mode", MODES)
def test_what_a_block_left_running_ends_with_it(mode: str, tmp_path: Path) -> None:
    at_work = MODES[mode](tmp_path, None)
    file = tmp_path / "pids"
    source = ENDLESS.format(file=str(file), seconds=0)
    at_work.submit(Block("x.md", "leaves", "python", LINE, source, {})).result(20)
    pids = [int(pid) for pid in file.read_text().split()]
    assert wait_for(lambda: not any(map(is_running, pids)), 3)
    at_work.close()


def test_the_switch_chooses_how_blocks_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(executor.NO_FORK, "1")
    spawning = executor.start(tmp_path)
    assert isinstance(spawning, SpawnExecutor)
    spawning.close()
    monkeypatch.delenv(executor.NO_FORK)
    for system, kind in [
        ("linux", ForkExecutor),
        ("darwin", SpawnExecutor),
        ("win32", SpawnExecutor),
    ]:
        monkeypatch.setattr("sys.platform", system)
        at_work = executor.start(tmp_path)
        assert isinstance(at_work, kind)
        at_work.close()


@pytest.mark.parametrize("mode", MODES)
def test_settings_of_the_person_do_not_reach_a_block(
    mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "matplotlibrc").write_text("font.size: 33\n", encoding="utf-8")
    monkeypatch.setenv("MATPLOTLIBRC", str(tmp_path))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    at_work = MODES[mode](tmp_path, None)
    source = "import matplotlib.pyplot as plt\nprint(plt.rcParams['font.size'])"
    outcome = at_work.submit(Block("x.md", "rc", "python", LINE, source, {})).result(30)
    at_work.close()
    assert outcome.error == ""
    assert outcome.output != "33.0\n"
