/* The shelves of the map, as filter.js narrows them down: which titles stand on them, and which are seen. */
(function () {
  "use strict"

  var book = window.patternbook
  var PIECE = 33 // titles that come at once; each is styled, laid out and painted
  var STAY = 12 // titles on a shelf that changes cost as much as one that comes: they are laid out and painted

  function hide(element, hidden) { if (element.hidden !== hidden) element.hidden = hidden }

  /* Each shelf of a page with its theme's heading and its titles, each title with its place in the book. */
  function find(page, { pages }) {
    var known = new Map(pages.map(({ url }, place) => [new URL(url, book.site).href, place]))
    var title = (line) => ({ line, place: known.get(line.querySelector("a").href) })
    var shelves = []
    var heading
    page.querySelectorAll(":scope > h2, :scope > .pb-shelf").forEach((part) => {
      if (part.localName === "h2") heading = part
      else shelves.push({ part, heading, titles: Array.from(part.querySelectorAll("li"), title) })
    })
    return shelves
  }

  /* Themes that hold nothing go with their titles, also from the table of contents. */
  function themes(page, shelves, some) {
    var full = shelves.filter(some).map(({ heading }) => heading)
    shelves.forEach(({ heading }) => hide(heading, !full.includes(heading)))
    page.querySelectorAll(".pb-contents a").forEach((link) => {
      hide(link.parentNode, page.querySelector("#" + CSS.escape(decodeURIComponent(link.hash.slice(1)))).hidden)
    })
  }

  /* Shelves change one after another: between two pieces the page can be drawn, and what was typed can be heard.
     It goes by what really stands there: a newer choice may have overtaken an older one anywhere. */
  function* narrow(page, shelves, bits) {
    var holds = ({ place }) => !!book.query.holds(bits, place)
    var some = ({ titles }) => titles.some(holds)
    var left = PIECE
    themes(page, shelves, some)
    for (var shelf of shelves) {
      var { part, titles } = shelf
      var empty = !some(shelf)
      var seen = titles.filter(({ line }) => !line.hidden)
      var going = seen.filter((title) => !holds(title))
      var coming = titles.filter((title) => title.line.hidden && holds(title))
      if (part.hidden === empty && !going.length && !coming.length) continue
      if (seen.length / STAY > left) yield left = PIECE
      left -= seen.length / STAY
      hide(part, empty)
      going.forEach(({ line }) => hide(line, true))
      for (var { line } of coming) {
        if (left <= 0) yield left = PIECE
        left -= 1
        hide(line, false)
      }
    }
  }

  book.shelves = { find, narrow }
})()
