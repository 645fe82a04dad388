/* What Browse and the page that prints say of the binder (bind.js), in the words of data/book.js. */
(function () {
  "use strict"

  var book = window.patternbook

  function word(name, values) { return book.say(self.patternbookBook.words["binder-" + name], values) }

  /* Where a query is printed. Any query selects, also one that leaves nothing out; none at all is the binder. */
  function url(query) { return new URL(self.patternbookBook.print + (query || "?sort=kind"), book.site).href }

  /* Puts pages in behind what is there, and tells how many came new, whether all found room, and the way to them. */
  function put(ids) {
    var { binder } = book
    var before = binder.ids().length
    binder.put(ids)
    var now = new Set(binder.ids())
    var count = now.size - before
    var all = ids.every((id) => now.has(id))
    var said = [word("put", { count }), all ? "" : word("full", { most: binder.MOST }), binder.denied() ? word("denied") : ""]
    return [said.filter(Boolean).join(" ") + " ", binder.link(word("open", { count: now.size }), self.patternbookBook.print)]
  }

  /* Beside what was found: a link that prints it, and a button that puts it aside. `found` tells the places
     of its pages in the book; `show` takes its query, or 0 where nothing was found. */
  function offer(found) {
    var print = book.make("a", "", word("print-these"))
    var aside = book.make("button", "", word("put-these"))
    var told = book.make("span")
    var box = book.make("div", "pb-filter-paper", [print, aside, told])
    aside.type = "button"
    aside.onclick = () => told.replaceChildren(...put(found().map((place) => self.patternbookBook.pages[place].id)))
    told.setAttribute("aria-live", "polite")
    box.show = (query) => {
      if (print.href !== url(query)) print.href = url(query)
      if (box.hidden !== (query === 0)) box.hidden = query === 0
      if (told.firstChild) told.replaceChildren()
    }
    return box
  }

  book.binding = { word, url, put, offer }
})()
