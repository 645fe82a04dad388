"""Updates from upstream as a company's editor meets them: what changed, side by side, and one command for the easy ones."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from sites import book_in, digest, files, run

OURS = "company/traps/slow-trap.md"
TRAP = "content/traps/slow-trap.md"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return book_in(tmp_path)


def answer(book: Path, *command: str, code: int = 0) -> str:
    result = run(book, "patternbook", *command)
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout


def change(book: Path, path: str, *pairs: tuple[str, str]) -> None:
    text = (book / path).read_bytes().decode()
    for old, new in pairs:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    (book / path).write_bytes(text.encode())


def rows(book: Path, *options: str) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["id"], row["section"]): row for row in json.loads(answer(book, "drift", "--format", "json", *options))}


def states(book: Path, *options: str) -> dict[tuple[str, str], object]:
    return {key: row["state"] for key, row in rows(book, *options).items()}


def warnings(book: Path) -> str:
    return run(book, "patternbook", "check").stdout


def test_adopting_a_section_starts_from_the_text_below_and_passes_the_checks(book: Path) -> None:
    """An editor begins with our words and one command, and sees no warning for it."""
    assert answer(book, "adopt", "slow-trap#ways-out", "--why", 'our "own" case: #1') == f"{OURS}\n"
    text = (book / OURS).read_text()
    assert text.startswith(
        '---\nextends: slow-trap\nsections:\n  ways-out: {mode: replace, why: "our \\"own\\" case: #1", against: '
    )
    assert text.endswith(
        "---\n\n## Ways out\n\nTry the [[good-practice|good practice]] first. Then read [[wide-trap#what-you-see]].\n"
    )
    assert (book / "company/_base/slow-trap/ways-out.md").read_text().startswith("Try the")
    assert warnings(book) == ""
    assert states(book, "--all") == {("slow-trap", "ways-out"): "unchanged"}


def test_sections_are_added_in_the_order_of_the_page(book: Path) -> None:
    """A file that grew over months still reads like the page."""
    for section in ("try-it", "what-you-see", "ways-out"):
        answer(book, "adopt", f"slow-trap#{section}")
    text = (book / OURS).read_text()
    assert re.findall(r"^## (.*)", text, re.M) == ["What you see", "Ways out", "Try it"]
    assert re.findall(r"^  ([a-z-]+): \{", text, re.M) == ["what-you-see", "ways-out", "try-it"]
    assert warnings(book) == ""


@pytest.mark.parametrize("mode", ["replace", "append", "prepend", "drop"])
def test_each_mode_starts_with_a_file_that_passes(book: Path, mode: str) -> None:
    """The first thing after a command must not be an error."""
    answer(book, "adopt", "slow-trap#ways-out", "--mode", mode)
    assert warnings(book) == ""


@pytest.mark.parametrize("id", ["slow-trap", "index", "ready-check", "plan-form", "good-practice"])
def test_a_whole_page_can_be_adopted(book: Path, id: str) -> None:
    """Whoever rewrites a page from end to end does not want to name its sections."""
    answer(book, "adopt", id)
    assert warnings(book) == ""
    assert set(states(book, "--all").values()) == {"unchanged"}


@pytest.mark.parametrize("name", ["title", "symptoms", "tags", "relations", "aka", "status"])
def test_a_field_is_adopted_with_its_value(book: Path, name: str) -> None:
    """A field can be changed without looking up how its value is written."""
    answer(book, "adopt", f"slow-trap#fields.{name}")
    assert warnings(book) == ""
    assert states(book, "--all") == {("slow-trap", f"fields.{name}"): "unchanged"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["slow-trip"], 'did you mean "slow-trap"?'),
        (["slow-trap#ways-uot"], 'did you mean "ways-out"?'),
        (["slow-trap#fields.kind"], "has no"),
        (["slow-trap#try-it"], "changes slow-trap#try-it already"),
        (["our-trap"], "is a page of company/ itself"),
        (["slow-trap#fields.symptoms", "--mode", "append"], "by hand"),
        (["slow-trap", "--layer", "content"], "no layer over another"),
        (["wide-trap"], "does not say `extends: wide-trap`"),
    ],
)
def test_what_cannot_be_adopted_is_one_sentence(book: Path, arguments: list[str], says: str) -> None:
    """A slip must cost a second look, and no file."""
    answer(book, "adopt", "slow-trap#try-it")
    trap = (book / "content/traps/wide-trap.md").read_text()
    (book / "company/traps/our-trap.md").write_text(trap.replace("title: Wide Trap", "title: Our Trap"))
    (book / "company/traps/wide-trap.md").write_text("---\nextends: good-practice\n---\n")
    before = digest(book)
    result = run(book, "patternbook", "adopt", *arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert digest(book) == before


def test_dropping_what_a_page_must_have_writes_nothing(book: Path) -> None:
    """A command must not leave a book that cannot be built."""
    before = digest(book)
    result = run(book, "patternbook", "adopt", "slow-trap#fields.title", "--mode", "drop")
    assert result.returncode == 1
    assert "PB201" in result.stderr
    assert digest(book) == before


def test_a_change_below_is_shown_with_its_words_and_the_commands(book: Path) -> None:
    """The editor sees what we changed, next to what to do about it."""
    answer(book, "adopt", "slow-trap#what-you-see")
    change(book, OURS, ("Work waits.", "Our work waits."))
    change(book, TRAP, ("Nobody knows for whom it waits.", "Nobody says for whom it waits."))
    told = answer(book, "drift")
    assert "Changed upstream below yours (1)" in told
    assert f"{OURS}:4: slow-trap#what-you-see [replace]: What you see" in told
    assert "Nobody [-knows-]{+says+} for whom it waits." in told
    assert "$ patternbook drift --keep slow-trap#what-you-see" in told
    assert told.endswith("reviewed 0 of 1\n")
    assert f"{OURS}:4:3: warning PB603" in warnings(book)
    answer(book, "drift", "--exit-code", code=1)


def test_keeping_ours_is_remembered(book: Path) -> None:
    """What was looked at once is not shown again until we change it again."""
    answer(book, "adopt", "slow-trap#what-you-see")
    change(book, TRAP, ("Nobody knows", "Nobody says"))
    change(book, OURS, ("Nobody knows", "Ruth knows"))
    before = (book / OURS).read_text()
    assert answer(book, "drift", "--keep", "slow-trap#what-you-see").endswith("reviewed 1 of 1\n")
    after = (book / OURS).read_text()
    assert re.sub("against: [0-9a-f]{6}", "", before) == re.sub("against: [0-9a-f]{6}", "", after)
    assert "Nobody says" in (book / "company/_base/slow-trap/what-you-see.md").read_text()
    assert warnings(book) == ""
    answer(book, "drift", "--exit-code")
    change(book, TRAP, ("Nobody says", "Nobody tells"))
    assert answer(book, "drift").endswith("reviewed 0 of 1\n"), "an update begins a new round"


def test_taking_theirs_takes_ours_out_and_an_empty_file_away(book: Path) -> None:
    """Giving an own text up is one command, and leaves no shell of a file behind."""
    answer(book, "adopt", "slow-trap#what-you-see")
    answer(book, "adopt", "slow-trap#try-it")
    change(book, TRAP, ("Nobody knows", "Nobody says"), ("Count what waits.", "Count."))
    change(book, OURS, ("Nobody knows", "Ruth knows"))
    answer(book, "drift", "--take", "slow-trap#what-you-see")
    assert "What you see" not in (book / OURS).read_text()
    assert not (book / "company/_base/slow-trap/what-you-see.md").exists()
    assert answer(book, "drift", "--take", "slow-trap").endswith("reviewed 2 of 2\n")
    assert not (book / OURS).exists()
    assert warnings(book) == ""


def test_carry_lays_changes_of_different_lines_together(book: Path) -> None:
    """Most updates touch other lines than the company did; nobody should have to copy them by hand."""
    change(book, TRAP, ("Work waits. Nobody knows for whom it waits.", "Work waits.\n\nNobody knows.\n\nIt is late."))
    answer(book, "adopt", "slow-trap#what-you-see")
    change(book, OURS, ("It is late.", "It is late in Ghent."))
    change(book, TRAP, ("Work waits.", "All work waits."))
    assert rows(book)["slow-trap", "what-you-see"]["safe"] is True
    assert answer(book, "drift", "--carry").endswith("reviewed 1 of 1\n")
    assert (book / OURS).read_text().endswith("## What you see\n\nAll work waits.\n\nNobody knows.\n\nIt is late in Ghent.\n")
    assert states(book, "--all") == {("slow-trap", "what-you-see"): "unchanged"}


def test_carry_leaves_a_conflict_to_the_editor(book: Path) -> None:
    """No conflict marker ever gets into a page."""
    answer(book, "adopt", "slow-trap#try-it")
    change(book, OURS, ("Count what waits.", "Ask Ruth what waits."))
    change(book, TRAP, ("Count what waits.", "Count what waits today."))
    before = files(book)
    assert answer(book, "drift", "--carry").endswith("reviewed 0 of 1\n")
    assert files(book) == before


def test_carry_works_whatever_git_is_told_to_do(book: Path, tmp_path: Path) -> None:
    """A setting of the user's git must not get into a page."""
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[merge]\n\tconflictStyle = nonsense\n[core\n")
    change(book, TRAP, ("Work waits. Nobody knows for whom it waits.", "Work waits.\n\nNobody knows.\n\nIt is late."))
    answer(book, "adopt", "slow-trap#what-you-see")
    change(book, OURS, ("It is late.", "It is late in Ghent."))
    change(book, TRAP, ("Work waits.", "All work waits."))
    result = run(book, "patternbook", "drift", "--carry", env={"HOME": str(home), "GIT_DIR": "/nowhere"})
    assert result.stdout.endswith("reviewed 1 of 1\n"), result.stderr


def test_without_git_nothing_is_laid_together_and_that_is_said(book: Path, tmp_path: Path) -> None:
    """An editor on a bare machine still sees both texts, and hears why one command does less."""
    answer(book, "adopt", "slow-trap#what-you-see")
    change(book, OURS, ("Work waits.", "Our work waits."))
    change(book, TRAP, ("Nobody knows", "Nobody says"))
    result = run(book, "patternbook", "drift", "--carry", env={"PATH": str(tmp_path)})
    assert result.returncode == 0
    assert "git is not installed" in result.stderr
    assert result.stdout.endswith("reviewed 0 of 1\n")


def test_carry_deletes_what_upstream_now_says_itself(book: Path) -> None:
    """An improvement that upstream took over need not be kept twice."""
    answer(book, "adopt", "slow-trap#try-it")
    change(book, OURS, ("Count what waits.", "Count what waits today."))
    change(book, TRAP, ("Count what waits.", "Count what waits today."))
    assert states(book) == {("slow-trap", "try-it"): "identical"}
    assert "PB603" in warnings(book)
    answer(book, "drift", "--carry")
    assert not (book / OURS).exists()
    assert not (book / "company/_base/slow-trap").exists()


def test_carry_renews_a_dropped_section(book: Path) -> None:
    """What nobody shows may change without anybody reading it."""
    answer(book, "adopt", "slow-trap#try-it", "--mode", "drop")
    change(book, TRAP, ("Count what waits.", "Count."))
    assert answer(book, "drift", "--carry").endswith("reviewed 1 of 1\n")
    assert warnings(book) == ""


def renamed(book: Path) -> None:
    """Upstream calls the page otherwise, and keeps its old id."""
    old = book / TRAP
    text = old.read_text().replace("status: done", "status: done\naliases: [slow-trap]")
    old.unlink()
    (book / "content/traps/late-trap.md").write_text(text)


def test_carry_follows_a_page_to_its_new_name(book: Path) -> None:
    """A renamed page is the most frequent break of an override, and needs no thought."""
    answer(book, "adopt", "slow-trap#try-it")
    (book / "company/company.yml").write_bytes(b"name: Acme\r\nadoption:\r\n  slow-trap: {state: trial} # since May\r\n")
    renamed(book)
    change(book, "content/traps/late-trap.md", ("Count what waits.", "Count."))
    assert states(book) == {
        ("slow-trap", ""): "renamed", ("slow-trap", "adoption"): "renamed", ("late-trap", "try-it"): "changed"
    }  # fmt: skip
    assert answer(book, "drift", "--carry").endswith("reviewed 3 of 3\n"), "ours was as theirs had been, so theirs it is"
    assert "extends: late-trap" in (book / OURS).read_text()
    assert (book / "company/company.yml").read_bytes() == b"name: Acme\r\nadoption:\r\n  late-trap: {state: trial} # since May\r\n"
    assert (book / "company/_base/late-trap/try-it.md").read_text() == "Count.\n"
    assert not (book / "company/_base/slow-trap").exists()
    assert "PB603" not in warnings(book)


def test_a_page_that_is_gone_can_be_kept_or_taken_out(book: Path) -> None:
    """Text that somebody wrote is never lost because upstream deleted a page."""
    for section in ("try-it", "ways-out"):
        answer(book, "adopt", f"slow-trap#{section}")
    (book / TRAP).unlink()
    found = rows(book)
    assert {key: row["state"] for key, row in found.items()} == {
        ("slow-trap", "try-it"): "removed", ("slow-trap", "ways-out"): "removed"
    }  # fmt: skip
    assert found["slow-trap", "try-it"]["base"] == "Count what waits.\n"
    before = (book / OURS).read_bytes()
    answer(book, "drift", "--keep", "slow-trap#try-it")
    assert (book / OURS).read_bytes() == before
    assert states(book) == {("slow-trap", "ways-out"): "removed"}
    assert [line for line in warnings(book).splitlines() if "PB603" in line] == [
        f'{OURS}:4:3: warning PB603: the section "Ways out" of slow-trap is gone'
    ]
    answer(book, "drift", "--take", "slow-trap#ways-out")
    assert states(book) == {}
    assert "Count what waits." in (book / OURS).read_text()


def test_a_line_of_company_yml_whose_page_is_gone_can_be_taken_out(book: Path) -> None:
    """The list of what a company adopted stays true after an update."""
    (book / "company").mkdir()
    text = "name: Acme # ours\nhide:\n  # too long\n  gone-trap: we say it ourselves\n  wide-trap: not for us\n"
    (book / "company/company.yml").write_text(text)
    assert states(book) == {("gone-trap", "hide"): "removed"}
    answer(book, "drift", "--take", "gone-trap#hide")
    assert (book / "company/company.yml").read_text() == text.replace("  gone-trap: we say it ourselves\n", "")


def test_new_pages_are_told_once(book: Path) -> None:
    """The editor hears of each page that came in, and not of those that were always there."""
    answer(book, "adopt", "slow-trap#try-it")
    trap = (book / "content/traps/wide-trap.md").read_text()
    (book / "content/traps/new-trap.md").write_text(trap.replace("title: Wide Trap", "title: New Trap"))
    assert states(book) == {("new-trap", ""): "new"}
    assert "New upstream (1)" in answer(book, "drift")
    assert answer(book, "drift", "--keep", "new-trap").endswith("reviewed 1 of 1\n")
    assert states(book) == {}


def test_what_was_never_recorded_is_told_by_drift_alone(book: Path) -> None:
    """Editions from before this command are no worse for it; one `--keep` and they can be compared."""
    (book / "company/traps").mkdir(parents=True)
    (book / OURS).write_bytes(b"\xef\xbb\xbf---\r\nextends: slow-trap\r\n---\r\n\r\n## Try it\r\n\r\nAsk Ruth.\r\n")
    assert warnings(book) == ""
    assert states(book) == {("slow-trap", "try-it"): "unrecorded"}
    answer(book, "drift", "--keep", "slow-trap")
    text = (book / OURS).read_bytes()
    assert text.startswith(b"\xef\xbb\xbf---\r\nextends: slow-trap\r\nsections:\r\n  try-it: {mode: replace, against: ")
    assert b"\n" not in text.replace(b"\r\n", b"")
    assert states(book) == {}


def test_a_name_that_nothing_has_changes_nothing(book: Path) -> None:
    """Of several decisions in one command all are done, or none."""
    answer(book, "adopt", "slow-trap#try-it")
    change(book, TRAP, ("Count what waits.", "Count."))
    before = digest(book)
    for wrong in (["--keep", "slow-trip"], ["--take", "slow-trap", "--keep", "slow-trap#try-it"]):
        assert run(book, "patternbook", "drift", "--keep", "slow-trap#try-it", *wrong).returncode == 2
        assert digest(book) == before


def test_a_form_that_cannot_be_edited_is_left_with_what_to_do_by_hand(book: Path) -> None:
    """A file is better left alone than changed in a way that nobody meant."""
    (book / "company/traps").mkdir(parents=True)
    front = "extends: slow-trap\nsections:\n  ? try-it\n  : {mode: drop, against: 000000}\n  ways-out: {mode: drop}"
    (book / OURS).write_text(f"---\n{front}\n---\n")
    before = (book / OURS).read_bytes()
    result = run(book, "patternbook", "drift", "--take", "slow-trap#try-it")
    assert result.returncode == 1
    assert "cannot be edited safely as it is written. Delete its entry and its text there." in result.stderr
    assert (book / OURS).read_bytes() == before
    assert states(book)["slow-trap", "try-it"] == "changed"


def test_a_text_kept_under_an_old_name_does_not_replace_a_younger_one(book: Path) -> None:
    """Decisions may come in any order: first on the text, then on the new name of its page."""
    answer(book, "adopt", "slow-trap#try-it")
    change(book, OURS, ("Count what waits.", "Ask Ruth."))
    renamed(book)
    change(book, "content/traps/late-trap.md", ("Count what waits.", "Count."))
    answer(book, "drift", "--keep", "late-trap#try-it")
    answer(book, "drift", "--carry")
    assert states(book, "--all") == {("late-trap", "try-it"): "unchanged"}
    assert (book / "company/_base/late-trap/try-it.md").read_text() == "Count.\n"


def test_a_damaged_record_is_a_warning_and_is_not_written_over(book: Path) -> None:
    """Two reviews that met in a merge must not be lost because a command came by."""
    answer(book, "adopt", "slow-trap#try-it")
    record = book / "company/_base/reviewed.json"
    record.write_text("<<<<<<< HEAD\n" + record.read_text())
    change(book, TRAP, ("Count what waits.", "Count."))
    before = record.read_bytes()
    assert "company/_base/reviewed.json:1:1: warning PB603" in warnings(book)
    assert run(book, "patternbook", "drift", "--keep", "slow-trap#try-it").returncode == 2
    assert record.read_bytes() == before


def test_the_page_to_read_holds_no_script_and_no_markup_of_a_text(book: Path) -> None:
    """The review can be opened anywhere and sent to a colleague; what authors write cannot run in it."""
    answer(book, "adopt", "slow-trap#try-it", "--why", "a </section><script>x</script>")
    change(book, OURS, ("Count what waits.", "Ask `<b>` Ruth."))
    change(book, TRAP, ("Count what waits.", "Count what waits `<img src=x>` today."))
    assert answer(book, "drift", "--format", "html", "-o", "review.html") == "reviewed 0 of 1\n"
    page = (book / "review.html").read_text()
    assert "<script" not in page and "<img" not in page and "<b>" not in page
    assert "<ins>" in page and "<del>" in page
    assert "http" not in page.replace("http-equiv", "")


def test_a_layer_is_compared_with_those_below_it(book: Path) -> None:
    """A team's edition of the company's edition hears of the company's changes."""
    config = (book / "mkdocs.yml").read_text()
    assert "layers" not in config
    (book / "mkdocs.yml").write_text(config.replace("- patternbook", "- patternbook:\n      layers: [content, company, team]"))
    answer(book, "adopt", "slow-trap#try-it", "--layer", "company")
    change(book, OURS, ("Count what waits.", "Ask Ruth."))
    (book / "team").mkdir()
    assert answer(book, "adopt", "slow-trap#try-it") == "team/traps/slow-trap.md\n"
    assert "Ask Ruth." in (book / "team/traps/slow-trap.md").read_text()
    change(book, OURS, ("Ask Ruth.", "Ask Ines."))
    assert {(r["layer"], r["state"]) for r in json.loads(answer(book, "drift", "--format", "json"))} == {("team", "changed")}
    change(book, TRAP, ("Count what waits.", "Count."))
    assert {(r["layer"], r["state"]) for r in json.loads(answer(book, "drift", "--format", "json"))} == {
        ("team", "changed"), ("company", "changed")
    }  # fmt: skip


def test_internal_overrides_are_reviewed_too(book: Path) -> None:
    """What only colleagues read is the editor's work like the rest."""
    answer(book, "adopt", "slow-trap#try-it")
    change(book, OURS, ("{mode: replace", "{mode: replace, internal: yes"))
    change(book, TRAP, ("Count what waits.", "Count."))
    assert states(book) == {("slow-trap", "try-it"): "changed"}
