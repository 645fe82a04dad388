/* Patternbook's pages put together as one document, to be printed (binder.js). Over http a page is fetched; in a folder, where a
   browser refuses that, it is loaded in a frame and tells its text (answer.js). Of either only text is taken: what could act is left
   behind, and what stands here has ids of its own, so that no page speaks for another. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var FEW = 4 // pages that are asked for at a time
  var PATIENCE = 20000
  var GRACE = 1000 // between the end of loading and an answer
  var PREFIX = "page--"
  var LEFT = "script, style, link, meta, base, template, noscript, iframe, frame, frameset, object, embed, audio, video, animate, set, "
    + "animateMotion, animateTransform, foreignObject, .pb-contents, .pb-edit, .pb-unkept, .pb-problems"
  // For those who can follow a link: of no use on paper.
  var UNPRINTED = ".pb-neighbours, .pb-narrow, .pb-mentions, h2#mentions"
  var FOLLOWS = ["ways", "relations", "mentions", "sources"] // what the program writes behind a page's own text
  var NAMES = ["for", "headers", "list", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "aria-owns", "aria-flowto"]
  var ACTING = /^(on.*|style|srcdoc|srcset|action|formaction|form|target|ping|nonce|autofocus|tabindex|item.*|is|slot|part)$/

  /* --- a page's text ------------------------------------------------------------------------------------- */

  function fetched(url) {
    return fetch(url, { signal: AbortSignal.timeout && AbortSignal.timeout(PATIENCE) }).then((answer) => {
      if (!answer.ok) throw new Error(answer.status)
      return answer.text()
    })
  }

  /* A frame that may run the site's scripts, and nothing else: it has no store, and reaches no other page. */
  function framed(url) {
    var frame = make("iframe")
    var timer, hear
    return new Promise((done, fail) => {
      hear = (event) => {
        if (event.source === frame.contentWindow && event.data && typeof event.data.patternbook === "string") done(event.data.patternbook)
      }
      addEventListener("message", hear)
      timer = setTimeout(fail, PATIENCE)
      frame.onload = () => setTimeout(fail, GRACE)
      frame.setAttribute("sandbox", "allow-scripts allow-same-origin")
      frame.hidden = true
      frame.src = url
      document.body.append(frame)
    }).finally(() => {
      clearTimeout(timer)
      removeEventListener("message", hear)
      frame.remove()
    })
  }

  var textOf = location.protocol === "file:" ? framed : fetched

  /* --- what is taken of it --------------------------------------------------------------------------------- */

  function taken(html, id, url) {
    var root = new DOMParser().parseFromString(html, "text/html").querySelector(".pb-page")
    if (!root || root.dataset.id !== id) throw new Error("another page")
    root.querySelectorAll("*").forEach((part) => { if (part.localName.includes("-") || part.matches(LEFT)) part.remove() })
    root.querySelectorAll("*").forEach(still)
    trim(root)
    root.querySelectorAll("table:not([class], .md-typeset__scrollwrap *)").forEach(wrap)
    root.querySelectorAll(":scope > h2[id]").forEach((heading) => { heading.dataset.part = heading.id })
    rename(root, PREFIX + id + "--")
    root.querySelectorAll("[src]").forEach((part) => part.setAttribute("src", new URL(part.getAttribute("src"), url)))
    root.querySelectorAll("a[href]").forEach((link) => lead(link, id, url))
    return document.importNode(root, true)
  }

  /* Nothing that acts; a control is a blank to write on. What was written here would be kept nowhere. */
  function still(part) {
    Array.from(part.attributes, (one) => one.name).filter((name) => ACTING.test(name)).forEach((name) => part.removeAttribute(name))
    if (part.type === "date") part.type = "text" // an empty one prints the order of day, month and year
    if (part.matches("input, textarea, select, button")) part.disabled = true
  }

  /* A wide table scrolls in a box of its own, as the frame makes one on the page itself. */
  function wrap(table) {
    var box = make("div", "md-typeset__scrollwrap", make("div", "md-typeset__table"))
    table.before(box)
    box.firstChild.append(table)
  }

  /* A form or a checklist is a thing to hand out: it ends with its own text, as on its own page. */
  function trim(root) {
    root.querySelectorAll(UNPRINTED).forEach((part) => part.remove())
    if (!root.querySelector(".pb-field, .pb-in, .pb-checklist")) return
    var first = Array.from(root.children).findIndex((part) => FOLLOWS.includes(part.id))
    var after = Array.from(root.children).filter((part, place) => part.matches(".pb-facts, .pb-review, .pb-record") || first >= 0 && place >= first)
    after.forEach((part) => part.remove())
  }

  /* Ids with the page's own name before them, and all that names them. */
  function rename(root, prefix) {
    var ids = new Set(Array.from(root.querySelectorAll("[id]"), (part) => part.id))
    root.querySelectorAll("*").forEach((part) => {
      Array.from(part.attributes).forEach(({ name, value }) => {
        var renamed = value
        if (name === "id" || name === "name") renamed = prefix + value
        else if (NAMES.includes(name)) renamed = value.split(/\s+/).map((one) => ids.has(one) ? prefix + one : one).join(" ")
        else if (name !== "href") renamed = value.replace(/url\((["']?)#/g, "url($1#" + prefix)
        else if (value[0] === "#" && !part.matches("a")) renamed = "#" + prefix + value.slice(1)
        if (renamed !== value) part.setAttribute(name, renamed)
      })
    })
  }

  /* A link leads where it led from its page. To a page that is printed here it will lead inside: see `relink`. */
  function lead(link, id, url) {
    var target
    try { target = new URL(link.getAttribute("href"), url) } catch (_) { target = {} }
    if (!["http:", "https:", "mailto:", location.protocol].includes(target.protocol)) return link.removeAttribute("href")
    link.href = link.dataset.href = target.href
    var page = known().get(target.href.split(/[?#]/)[0])
    if (!page) return
    link.dataset.page = page
    link.dataset.place = decodeURIComponent(target.hash.slice(1))
  }

  var addresses // of pages, and their ids
  function known() {
    var { pages } = self.patternbookBook
    return addresses = addresses || new Map(pages.filter((page) => page.id).map((page) => [new URL(page.url, book.site).href, page.id]))
  }

  function relink(root) {
    root.querySelectorAll("a[data-page]").forEach((link) => {
      var { page, place, href } = link.dataset
      var name = PREFIX + page
      if (place && document.getElementById(name + "--" + place)) name += "--" + place
      link.href = document.getElementById(name) ? "#" + name : href
    })
  }

  /* --- the pages ------------------------------------------------------------------------------------------------ */

  /* One page of the document: its place is there at once, its text comes. */
  class Sheet {
    constructor(id, { title, url, kind }) {
      Object.assign(this, { id, title, url: new URL(url, book.site).href, state: "" })
      this.box = make("article", "pb-page pb-binder-page")
      this.box.id = PREFIX + id
      this.box.dataset.kind = kind
      this.tell([make("p", "pb-binder-missing", book.binding.word("waits"))])
    }

    get waits() { return !this.state }

    get failed() { return this.state === "failed" }

    tell(children) {
      this.box.replaceChildren(make("h1", "", this.title), ...children)
    }

    async load() {
      try {
        this.box.replaceChildren(...taken(await textOf(this.url), this.id, this.url).childNodes)
        this.state = "here"
      } catch (_) {
        this.state = "failed"
        this.fail()
      }
    }

    fail() {
      var link = make("a", "", book.binding.word("open-page"))
      var again = make("button", "", book.binding.word("again"))
      link.href = this.url
      again.type = "button"
      again.setAttribute("aria-label", book.binding.word("again") + ": " + this.title)
      again.onclick = () => {
        this.state = ""
        this.tell([make("p", "pb-binder-missing", book.binding.word("waits"))])
        this.box.tabIndex = -1
        this.box.focus()
        want([this])
      }
      this.tell([make("p", "pb-binder-missing", [book.binding.word("failed") + " ", link, " ", again])])
    }
  }

  var sheets = new Map() // by id, for as long as the site is open: what came once is not asked for again
  var queue = []
  var asking = new Set()

  function sheet(id, page) {
    if (!sheets.has(id)) sheets.set(id, new Sheet(id, page))
    return sheets.get(id)
  }

  /* These come next, in their order; what is no longer wanted is not asked for. */
  function want(all) {
    queue = all.filter((one) => one.waits && !asking.has(one))
    next()
  }

  function next() {
    while (asking.size < FEW && queue.length) {
      let one = queue.shift()
      asking.add(one)
      one.load().finally(() => {
        asking.delete(one)
        document.dispatchEvent(new Event("pb-sheet"))
        next()
      })
    }
  }

  /* What failed is asked for anew by whoever comes back. */
  function leave() {
    queue = []
    sheets.forEach((one, id) => { if (one.failed) sheets.delete(id) })
  }

  book.assembled = { sheet, want, leave, relink, PREFIX }
})()
