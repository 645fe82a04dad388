"""What are you seeing? From a reader's own words on the home page to the trap, its way out and a tool."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from .conftest import BOOK, Open, Site, complaints
from .test_accessibility import violations
from .test_first_visit import SETTLED, SHIFTS

FIELD = "pb-seen textarea"
ANSWERS = ".pb-answers > li"
TITLES = f"{ANSWERS} .pb-answer-title a"
STATUS = "pb-seen [role=status]"
SLOW = 15_000  # milliseconds that a busy machine may take to start the engine
READY = "!!customElements.get('pb-seen')"
SAYING = "Our third-level goals are opened once, in January."
TOLD = "the goals we opened in January"


def home(place: Site) -> str:
    return place.url + ("" if place.url.startswith("http") else "index.html")


def ask(page: Page, text: str) -> None:
    """Types a question and waits for an answer to just that."""
    page.locator(FIELD).fill("")
    expect(page.locator(STATUS)).to_be_empty()
    page.locator(FIELD).fill(text)
    expect(page.locator(STATUS)).not_to_be_empty(timeout=SLOW)


def titles(page: Page) -> list[str]:
    return page.locator(TITLES).all_inner_texts()


def answer(page: Page, title: str) -> Locator:
    return page.locator(ANSWERS).filter(has=page.locator(".pb-answer-title", has_text=title))


def question(page: Page) -> str:
    """What the address asks."""
    return parse_qs(urlsplit(page.url).query).get("q", [""])[0]


@pytest.mark.parametrize("where", ["site", "offline"])
def test_from_own_words_to_the_trap_its_way_out_and_its_tool(where: str, request: pytest.FixtureRequest, visitor: Open) -> None:
    """Somebody has five minutes before a meeting: what was said, what it is called, what helps and what to bring are one click away.

    After each look the answers are there again, over http in a folder of a host and from a folder on disk.
    """
    place: Site = request.getfixturevalue(where)
    page = visitor()
    wrong = complaints(page)
    page.goto(home(place))
    ask(page, TOLD)
    for name in ("Cascade Traps", "Boards and Networks", "Cascade Check"):
        answer(page, "Cascade Traps").get_by_role("link", name=name, exact=True).click()
        expect(page.locator("h1")).to_have_text(name)
        page.wait_for_load_state("networkidle")
        page.go_back()
        expect(page.locator(FIELD)).to_have_value(TOLD)
        expect(answer(page, "Cascade Traps")).to_be_visible()
    assert wrong == []


def test_by_keyboard_alone(site: Site, visitor: Open) -> None:
    """Tab to the field, words, Enter, Tab to an answer, Enter: the page opens."""
    page = visitor()
    page.goto(site.url)
    page.locator("h1").click()
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.locator(FIELD).evaluate("field => field === document.activeElement"):
            break
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("messy middle")
    page.keyboard.press("Enter")
    expect(page.locator(TITLES).first).to_have_text("The Messy Middle")
    page.keyboard.press("Tab")
    expect(page.locator(TITLES).first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("The Messy Middle")


def test_word_order_forms_and_case_do_not_matter(site: Site, visitor: Open) -> None:
    """People say things as they say them."""
    page = visitor()
    page.goto(site.url)
    for words in (TOLD, "In JANUARY we open a goal", "january   goal,\nopening"):
        ask(page, words)
        assert "Cascade Traps" in titles(page), (words, titles(page))


def test_an_answer_says_why_it_is_one(site: Site, visitor: Open) -> None:
    """Nobody believes a list of names: the sentence that came nearest stands there, with the reader's words marked in it."""
    page = visitor()
    page.goto(site.url)
    ask(page, TOLD)
    found = answer(page, "Cascade Traps")
    expect(found.locator(".pb-answer-title .pb-card-kind")).to_have_text(re.compile("Trap"))
    expect(found.locator(".pb-answer-said")).to_have_text(f"Somebody may say: “{SAYING}”")
    assert found.locator("mark").all_inner_texts() == ["goals", "opened", "January"]
    summary = BOOK.entries["traps/cascade-traps.md"].summary
    expect(found.get_by_text(summary)).to_have_count(1)
    expect(found.locator(".pb-answer-label")).to_have_text(["Somebody may say:", "Ways out", "To use"])
    expect(found.get_by_role("listitem").filter(has_text="Boards and Networks")).to_contain_text(": a network shows")


def test_who_knows_the_name_sees_the_summary_once(site: Site, visitor: Open) -> None:
    """A title that is typed needs no sentence, and no text stands there twice."""
    page = visitor()
    page.goto(site.url)
    ask(page, "festering conflict")
    found = answer(page, "Festering Conflict")
    expect(found.locator(".pb-answer-said")).to_have_count(0)
    expect(found.get_by_text(BOOK.entries["traps/festering-conflict.md"].summary)).to_have_count(1)


def test_words_that_mean_about_the_same_are_told(site: Site, visitor: Open) -> None:
    """Whoever is shown a sentence without one of the own words must see the bridge: at most two, each once."""
    pairs = [["Swamped", "busy"], ["swamped", "Busy"], ["crew", "team"], ["boss", "lead"]]
    given = {
        "url": "traps/x/", "title": "X", "kind": "trap", "glyph": "*", "label": "Trap", "summary": "Sum.", "out": "Ways out", "text": "A busy team.",
        "said": True, "marked": ["busy", "team"], "close": pairs, "heard": [], "outs": [], "tools": [],
    }  # fmt: skip
    page = visitor()
    page.goto(site.url)
    page.wait_for_function(READY)
    page.evaluate("given => { patternbook.ask = () => Promise.resolve([given]) }", given)
    ask(page, "swamped crew")
    expect(page.locator(".pb-answer-close")).to_have_text(
        "You say “swamped”, the page says “busy”. You say “crew”, the page says “team”."
    )
    expect(page.locator(".pb-answer-leads")).to_have_count(0)


def test_three_answers_and_two_more_on_demand(site: Site, visitor: Open) -> None:
    """Three can be read; who wants more gets them, goes on from there, and finds them again on the way back."""
    page = visitor()
    page.goto(site.url)
    ask(page, "the plan and our goals")
    expect(page.locator(ANSWERS)).to_have_count(3)
    expect(page.locator(STATUS)).to_have_text("Answers: 3")
    page.get_by_role("button", name="Show more").press("Enter")
    expect(page.locator(ANSWERS)).to_have_count(5)
    expect(page.locator(STATUS)).to_have_text("Answers: 5")
    expect(page.locator(TITLES).nth(3)).to_be_focused()
    expect(page.get_by_role("button", name="Show more")).to_be_hidden()
    last = page.locator(TITLES).nth(4).inner_text()
    page.locator(TITLES).nth(4).press("Enter")
    expect(page.locator("h1")).to_have_text(last)
    page.go_back()
    expect(page.locator(TITLES).nth(4)).to_have_text(last)
    ask(page, "the goals and our plan")
    expect(page.locator(ANSWERS)).to_have_count(3)


def test_nothing_found_is_said_and_signs_are_text(site: Site, visitor: Open) -> None:
    """An empty answer must not look like a broken one; what a reader types is shown and never run."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url)
    for words in ("xyzzyq", '<qqimg zzsrc="xxkjq(zzq)">', "{zzcount} qqqq", "\\ ( [ * qqqq"):
        ask(page, words)
        expect(page.locator(STATUS)).to_contain_text(f"Nothing in the book sounds like “{words}”.")
        assert page.locator(STATUS).bounding_box()["height"] > 20  # type: ignore[index]
        assert titles(page) == []
    assert wrong == []


def test_half_a_word_is_not_called_unknown_while_somebody_writes(site: Site, visitor: Open) -> None:
    """Nobody wants to be contradicted in the middle of a word; Enter asks for an answer, and gets one."""
    page = visitor()
    page.goto(site.url)
    page.wait_for_function(READY)
    page.evaluate("() => { patternbook.ask = () => Promise.resolve([]) }")
    page.locator(FIELD).click()
    page.keyboard.type("we are", delay=200)
    expect(page.locator(STATUS)).to_be_empty()
    page.keyboard.type(" zzqx")
    page.keyboard.press("Enter")
    expect(page.locator(STATUS)).to_contain_text("we are zzqx", timeout=600)


def test_the_question_is_in_the_address(site: Site, visitor: Open) -> None:
    """What I see can be sent to a colleague, survives a reload, and fills no history with letters."""
    page = visitor()
    page.goto(site.url + "traps/")
    page.goto(site.url)
    page.locator(FIELD).click()
    page.keyboard.type(TOLD, delay=30)
    page.wait_for_function("told => new URL(location).searchParams.get('q') === told", arg=TOLD)
    expect(answer(page, "Cascade Traps")).to_be_visible(timeout=SLOW)
    page.reload()
    expect(page.locator(FIELD)).to_have_value(TOLD)
    expect(answer(page, "Cascade Traps")).to_be_visible(timeout=SLOW)
    expect(page.locator(FIELD)).not_to_be_focused()
    sent = page.url
    page.go_back()
    expect(page.locator("h1")).to_have_text("Traps")
    other = visitor()
    other.goto(sent)
    expect(answer(other, "Cascade Traps")).to_be_visible(timeout=SLOW)


def test_coming_back_one_stands_where_one_was(site: Site, visitor: Open) -> None:
    """Whoever looks at the third answer wants to compare it with the second: it is on the screen again, also after a reload."""
    page = visitor()
    page.goto(site.url)
    page.wait_for_load_state("networkidle")
    ask(page, TOLD)
    third = page.locator(TITLES).nth(2)
    third.scroll_into_view_if_needed()
    page.mouse.wheel(0, 300)
    page.wait_for_timeout(300)  # the bundle notes the place a little later
    top = third.bounding_box()
    third.click()
    expect(page.locator(FIELD)).to_have_count(0)
    page.wait_for_load_state("networkidle")
    for again in (page.go_back, page.reload):
        again()
        expect(third).to_be_in_viewport()
        page.wait_for_timeout(300)
        assert abs(third.bounding_box()["y"] - top["y"]) < 40  # type: ignore[index]


def test_the_title_of_the_book_leads_to_a_fresh_start(site: Site, visitor: Open) -> None:
    """A link to the home page shows the home page, also to whoever stands there with a question; back asks it again."""
    page = visitor()
    page.goto(site.url)
    page.wait_for_load_state("networkidle")
    ask(page, TOLD)
    page.locator(".pb-book").first.click()
    expect(page.locator(FIELD)).to_have_value("")
    expect(page.locator(ANSWERS)).to_have_count(0)
    page.go_back()
    expect(page.locator(FIELD)).to_have_value(TOLD)
    expect(answer(page, "Cascade Traps")).to_be_visible(timeout=SLOW)


def test_escape_empties(site: Site, visitor: Open) -> None:
    """One key, and the page and its address are as they were."""
    page = visitor()
    page.goto(site.url)
    ask(page, TOLD)
    page.keyboard.press("Escape")
    expect(page.locator(FIELD)).to_have_value("")
    expect(page.locator(FIELD)).to_be_focused()
    expect(page.locator(ANSWERS)).to_have_count(0)
    expect(page.locator(STATUS)).to_be_empty()
    assert page.url == site.url


def test_it_works_again_after_pages_in_between(site: Site, visitor: Open) -> None:
    """Pages change without a reload: the field is there again, once, and other pages keep their own address."""
    page = visitor()
    wrong = complaints(page)
    page.goto(site.url + "traps/")
    page.wait_for_load_state("networkidle")
    page.evaluate("window.stayed = true")
    for words in (TOLD, "messy middle"):
        page.locator(".pb-book").first.click()
        expect(page.locator("h2#seen + pb-seen")).to_have_count(1)
        ask(page, words)
        assert titles(page)
        page.locator(FIELD).press_sequentially(" x")
        page.get_by_role("link", name="Glossary", exact=True).first.click()
        expect(page.locator("h1")).to_have_text("Glossary")
        page.wait_for_timeout(300)
        assert page.url == site.url + "glossary/"
    assert page.evaluate("window.stayed")
    page.go_back()
    expect(page.locator(TITLES).first).to_have_text("The Messy Middle")
    assert wrong == []


def test_a_browser_that_keeps_no_address_in_a_folder(offline: Site, visitor: Open) -> None:
    """Some browsers let a page from a folder not change its address: the question is kept all the same."""
    page = visitor()
    page.add_init_script("history.replaceState = () => { throw new DOMException('no', 'SecurityError') }")
    page.goto(home(offline))
    ask(page, TOLD)
    assert question(page) == ""
    page.reload()
    expect(page.locator(FIELD)).to_have_value(TOLD)
    expect(answer(page, "Cascade Traps")).to_be_visible(timeout=SLOW)


def test_nothing_is_loaded_before_the_field_has_the_focus(site: Site, visitor: Open) -> None:
    """Who reads on pays for no engine and no index, and the field does not take the focus by itself."""
    page = visitor()
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url.removeprefix(site.url)))
    page.goto(site.url)
    page.wait_for_load_state("networkidle")
    expect(page.locator(FIELD)).not_to_be_focused()
    assert "assets/patternbook/seen.js" in asked
    # The words of what stands on every page come with every page.
    assert [url for url in asked if re.search(r"engine\.js|minisearch|data/(?!labels\.js)", url)] == []
    assert page.workers == []
    with page.expect_event("worker"):
        page.locator(FIELD).focus()


def test_a_lost_connection_is_said_and_the_next_letter_tries_again(site: Site, visitor: Open) -> None:
    """On a train the first try may fail; nobody has to reload the page, and the question stands."""
    page = visitor()
    page.goto(site.url)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator(FIELD).fill("messy mid")
    expect(page.locator(STATUS)).to_have_text("The search could not be loaded. Try again.")
    page.context.set_offline(False)
    page.locator(FIELD).fill("messy middle")
    expect(page.locator(TITLES).first).to_have_text("The Messy Middle")
    expect(page.locator(STATUS)).to_have_text("Answers: 3")


def test_words_typed_before_the_script_was_there_are_asked(site: Site, visitor: Open) -> None:
    """On a slow line the field stands there first: what is typed in it is not lost."""
    page = visitor()
    held: list[Route] = []
    page.route("**/seen.js", lambda route: held.insert(0, route))
    with page.expect_request("**/seen.js"):
        page.goto(site.url, wait_until="commit")
        page.locator(FIELD).fill("messy middle")
    page.wait_for_timeout(300)
    assert titles(page) == []
    held[0].continue_()
    expect(page.locator(TITLES).first).to_have_text("The Messy Middle", timeout=SLOW)


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_the_field_is_there_at_once_and_nothing_moves(site: Site, visitor: Open, width: int) -> None:
    """It is the first thing to see: it comes with the page, before its script, and pushes nothing away."""
    page = visitor(width)
    page.add_init_script(SHIFTS)
    page.route("**/seen.js", lambda route: route.abort())
    page.goto(site.url)
    expect(page.locator("h2#seen + pb-seen textarea")).to_be_in_viewport()
    top = page.locator(FIELD).bounding_box()
    page.unroute("**/seen.js")
    page.reload()
    page.wait_for_function(READY)
    page.evaluate(SETTLED)
    assert page.locator(FIELD).bounding_box() == top
    assert page.evaluate("window.shift") < 0.02


def test_a_long_question_is_seen_whole(site: Site, visitor: Open) -> None:
    """People tell stories: the field grows with the text, also where the style sheet alone cannot do it."""
    page = visitor(320)
    page.add_init_script("const real = CSS.supports; CSS.supports = (...a) => a[0] !== 'field-sizing' && real.apply(CSS, a)")
    page.goto(site.url)
    page.locator(FIELD).evaluate("field => { field.style.fieldSizing = 'fixed' }")
    page.wait_for_function(READY)
    page.locator(FIELD).fill("we planned for months and now nobody remembers why any of the goals were chosen at all " * 2)
    assert page.locator(FIELD).evaluate("field => field.scrollHeight - field.clientHeight") <= 1
    page.locator(FIELD).press("Escape")
    assert page.locator(FIELD).bounding_box()["height"] < 100  # type: ignore[index]


def test_without_scripts_there_is_no_dead_field(site: Site, visitor: Open) -> None:
    """Heading, sentence and list of symptoms do the work there."""
    page = visitor(java_script_enabled=False)
    page.goto(site.url)
    expect(page.locator(FIELD)).to_be_hidden()
    expect(page.locator("h2#seen")).to_be_visible()
    page.locator(".pb-seen-lists a").first.click()
    expect(page.locator("h1")).to_have_text("Symptoms")


def test_answers_are_printed_and_the_form_is_not(site: Site, visitor: Open) -> None:
    """What was found can be taken into the meeting, with the question above it."""
    page = visitor()
    page.goto(site.url)
    ask(page, TOLD)
    expect(page.locator(".pb-seen-asked")).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(FIELD)).to_be_hidden()
    expect(page.locator(".pb-seen-more")).to_be_hidden()
    expect(page.locator(".pb-seen-asked")).to_have_text(f"“{TOLD}”")
    expect(page.locator(".pb-seen-asked")).to_be_visible()
    expect(answer(page, "Cascade Traps")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_each_state_passes_axe_and_stays_on_the_screen(site: Site, visitor: Open, width: int, scheme: str) -> None:
    """It is for everybody, and on a phone too: answers, all answers, none, trouble."""
    page = visitor(width=width, color_scheme=scheme, reduced_motion="reduce")
    page.goto(site.url)

    def check(state: str) -> None:
        page.evaluate("scrollTo(0, 0)")  # a bar that is half covered by another is the frame's matter
        assert violations(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= width, state

    ask(page, TOLD)
    check("answers")
    page.locator(".pb-seen-more").click()
    check("more")
    ask(page, "xyzzyq" * 20)
    check("none")
    page.evaluate("() => { patternbook.ask = () => Promise.reject(new Error('lost')) }")
    ask(page, "xyzzyq messy")
    check("trouble")


def test_the_words_of_the_questions_reach_the_page(site: Site) -> None:
    """A book in another language translates a file: no word of the form stands in the script."""
    script = (site.folder / "assets/patternbook/seen.js").read_text("utf-8")
    page = (site.folder / "index.html").read_text("utf-8")
    for key in ("seen-intro", "seen-hint", "seen-found", "seen-sounds", "seen-close", "seen-more", "seen-tools"):
        said = BOOK.definition.say(key)
        assert said in page, key
        assert json.dumps(said) not in script
