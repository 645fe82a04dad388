/* The shelves of the map, as filter.js narrows them down: which titles stand on them, and which are seen. */
(function () {
  "use strict"

  var book = window.patternbook
  var MOST = 24 // titles in a list: whole rows in one, two, three, four, six or eight columns
  var PIECE = 24 // titles that come at once, where a list that changes costs as much as some of them, and one that goes next to nothing
  var LIST = 4
  var GONE = 1 / 16

  function hide(element, hidden) { if (element.hidden !== hidden) element.hidden = hidden }

  /* A shelf out of sight is laid out and painted when one comes to it. Until then it takes about the room that its titles will. */
  function size({ part, height, titles }, count) {
    part.style.containIntrinsicBlockSize = Math.ceil(height * count / titles.length) + "px"
  }

  /* Each shelf of a page with its theme's heading and its titles, each title with its place in the book, and its height with all.
     It is `whole` as long as it stands as it came, with all titles in one list. */
  function find(page, { pages }) {
    var known = new Map(pages.map(({ url }, place) => [new URL(url, book.site).href, place]))
    var title = (line) => ({ line, place: known.get(line.querySelector("a").href) })
    var shelves = []
    var heading
    page.querySelectorAll(":scope > h2, :scope > .pb-shelf").forEach((part) => {
      if (part.localName === "h2") heading = part
      else shelves.push({
        part, heading, height: part.offsetHeight, whole: true, lists: [part.querySelector("ul")],
        titles: Array.from(part.querySelectorAll("li"), title),
      })
    })
    shelves.forEach((shelf) => {
      size(shelf, shelf.titles.length)
      shelf.part.addEventListener("contentvisibilityautostatechange", (event) => { shelf.skipped = event.skipped })
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

  function holds(list, lines) {
    return list.children.length === lines.length && lines.every((line, n) => list.children[n] === line)
  }

  /* A title that moves on keeps the focus; one that goes hands it on. */
  function put(page, list, lines) {
    var focus = document.activeElement
    list.replaceChildren(...lines)
    if (focus === document.activeElement) return
    if (!focus.isConnected) focus = page.querySelector(".pb-filter-count")
    focus.focus({ preventScroll: true })
  }

  /* A browser styles, lays out and paints a list whole for each title that comes or goes, and looks for the place of a title among all
     that are hidden beside it. So what is found stands in short lists, and nothing is hidden in them.
     They change one after another: between two pieces the page can be drawn, and what was typed can be heard.
     It goes by what really stands there: a newer choice may have overtaken an older one anywhere. */
  function* narrow(page, shelves, bits) {
    var found = ({ place }) => !!book.query.holds(bits, place)
    var left = PIECE
    themes(page, shelves, ({ titles }) => titles.some(found))
    shelves.forEach(({ part, skipped }) => { if (skipped) part.style.contentVisibility = "hidden" })
    for (var shelf of shelves) {
      var { part, titles, lists } = shelf
      part.style.contentVisibility = ""
      var lines = titles.filter(found).map(({ line }) => line)
      if (shelf.whole && lines.length === titles.length) continue
      shelf.whole = false
      var last = Math.ceil(lines.length / MOST)
      while (lists.length < last) lists.push(part.appendChild(book.make("ul")))
      if (left <= 0) yield left = PIECE
      hide(part, !last)
      size(shelf, lines.length)
      // What goes with its list goes first, and all at once: a shelf that is shown again is empty, and few titles are taken from another list.
      for (var list of lists.slice(last).concat(lists.slice(0, last))) {
        var start = lists.indexOf(list) * MOST
        var some = lines.slice(start, start + MOST)
        if (holds(list, some)) continue
        var cost = some.length && LIST + some.length
        if (cost && cost > left) yield left = PIECE
        left -= cost + list.children.length * GONE
        put(page, list, some)
      }
    }
  }

  book.shelves = { find, narrow }
})()
