/* What Browse and the page that prints say of the binder (bind.js), in the words of data/book.js. */
(function () {
  "use strict"

  var book = window.patternbook

  function word(name, values) { return book.say(self.patternbookBook.words["binder-" + name], values) }

  /* Where a query is printed. Any query selects, also one that leaves nothing out; none at all is the binder. */
  function url(query) { return new URL(self.patternbookBook.print + (query || "?sort=kind"), book.site).href }

  /* Puts pages in, and tells what became of them, with the way to them. */
  function put(ids) {
    var { binder } = book
    var { count, all } = binder.put(ids)
    var said = [word("put", { count }), all ? "" : word("full", { most: binder.MOST }), binder.denied() ? word("denied") : ""]
    return [said.filter(Boolean).join(" ") + " ", binder.link(word("open", { count: binder.ids().length }), self.patternbookBook.print)]
  }

  book.binding = { word, url, put }
})()
