/* Patternbook's help for lost readers: pages whose name is near to the address that was not found.
   Without this script, or without such pages, nothing is shown. */
(function () {
  "use strict"

  var book = window.patternbook
  var MOST = 3
  var NEAR = 0.65

  /* A name as addresses have it: small letters, joined by hyphens. */
  function plain(text) {
    return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f'’]/g, "").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "")
  }

  function decode(text) {
    try { return decodeURIComponent(text) } catch (_) { return text }
  }

  function parts(path) {
    return decode(path).replace(/(index)?\.\w{2,5}$/, "").split("/").map(plain).filter(Boolean)
  }

  function pairs(text) {
    var found = []
    for (var place = 0; place < text.length - 1; place += 1) found.push(text.slice(place, place + 2))
    return found
  }

  /* How much two names have in common: 0 nothing, 1 all. */
  function alike(one, other) {
    if (one === other) return 1
    var left = pairs(other)
    var all = pairs(one)
    var total = all.length + left.length
    var both = all.filter(function (pair) {
      var place = left.indexOf(pair)
      if (place >= 0) left.splice(place, 1)
      return place >= 0
    }).length
    return total ? 2 * both / total : 0
  }

  /* The pages that are near, best first. An address that names the page's folder as well is a little nearer. */
  function near(asked, pages) {
    var folders = new Set(pages.map(function (page) { return parts(page.url) }).filter(function (path) { return path.length > 1 }).map(function (path) { return path[0] }))
    var names = asked.slice(-2).filter(function (part, place, all) { return place === all.length - 1 || !folders.has(part) })
    return pages.map(function (page, place) {
      var path = parts(page.url)
      var own = [path[path.length - 1], page.title].concat(page.aka || []).filter(Boolean).map(plain)
      var best = Math.max.apply(null, [0].concat(...names.map(function (name) { return own.map(function (text) { return alike(name, text) }) })))
      return { page: page, place: place, near: best, bonus: path.length > 1 && asked.includes(path[0]) ? 0.05 : 0 }
    }).filter(function (found) { return found.near >= NEAR }).sort(function (one, other) {
      return other.near + other.bonus - one.near - one.bonus || one.place - other.place
    }).slice(0, MOST).map(function (found) { return found.page })
  }

  function card(page) {
    var kind = self.patternbookBook.kinds[page.kind] || {}
    var link = book.make("a", "", page.title)
    var sign = book.make("span", "pb-card-kind", ((kind.glyph || "") + " " + (kind.label || "")).trim())
    link.href = new URL(page.url, book.site).href
    sign.dataset.kind = page.kind
    return book.make("li", "", [book.make("p", "", [link, " ", sign]), book.make("p", "", page.summary || "")])
  }

  customElements.define("pb-lost", class extends HTMLElement {
    connectedCallback() {
      var element = this
      var asked = parts(location.pathname.slice(book.site.pathname.length))
      if (asked.length) book.load("data/book.js").then(function () {
        var found = near(asked, self.patternbookBook.pages)
        if (found.length) element.replaceChildren(
          book.make("h2", "", element.dataset.near),
          book.make("div", "pb-cards", book.make("ul", "", found.map(card)))
        )
      }).catch(function () { /* the page says what it always did */ })
    }
  })
})()
