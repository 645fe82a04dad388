/* Patternbook's page that prints: what a query selects, or what lies in the reader's binder (bind.js), as one document.
   The address is the query; without one the page is the binder. Without this script it says how to print, and where what is. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var MANY = 2000 // characters of a link that every program takes
  var FOLDER = "assets/patternbook/"
  var SCRIPTS = ["data/book.js"].concat(["query", "bind", "binding", "assembled"].map((name) => FOLDER + name + ".js"))
  var data, index, query, binder, word

  function path(url) { return url.href.split(/[?#]/)[0] }

  function put(element, attributes) {
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]))
    return element
  }

  function button(text, act, kind, attributes) {
    var made = put(make("button", kind || "", text), { type: "button", ...attributes })
    made.onclick = act
    return made
  }

  function text(element, value) { if (element.textContent !== value) element.textContent = value }

  function number(value) { return value.toLocaleString(document.documentElement.lang || undefined) }

  /* The page of an id, or of an old one; none for what the book does not have or does not list. */
  function pageOf(id) { return data.pages[index.ids.get(query.current(id, data))] }

  function idOf(place) { return data.pages[place].id }

  function sign(page) {
    var { glyph, label } = data.kinds[page.kind]
    return put(make("span", "pb-card-kind", glyph + " " + label), { "data-kind": page.kind })
  }

  /* The same children in the same order are left alone; what has the focus keeps it. */
  function fill(list, items) {
    var focus = document.activeElement
    if (items.length === list.children.length && items.every((item, place) => item === list.children[place])) return
    list.replaceChildren(...items)
    if (list.contains(focus)) focus.focus({ preventScroll: true })
  }

  customElements.define("pb-binder", class extends HTMLElement {
    connectedCallback() {
      Promise.all(SCRIPTS.map(book.load)).then(() => {
        data = self.patternbookBook
        ;({ query, binder } = book)
        word = book.binding.word
        index = index || query.index(data)
        if (this.isConnected && !this.live) this.start()
      }).catch(() => this.fail(true))
    }

    disconnectedCallback() {
      if (!this.live) return
      this.live.abort()
      this.live = null
      book.assembled.leave()
    }

    start() {
      this.live = new AbortController()
      var listen = (target, name, act) => target.addEventListener(name, act, { capture: true, signal: this.live.signal })
      if (!this.list) this.build()
      this.classList.add("pb-on")
      listen(document, "click", (event) => this.click(event))
      listen(window, "popstate", () => { if (path(location) === this.at && location.search !== this.search) this.read() })
      listen(document, "pb-binder", () => { if (this.own) this.take(binder.ids()) })
      listen(document, "pb-sheet", () => this.arrived())
      this.at = path(location)
      this.read()
    }

    fail(on) {
      this.classList.toggle("pb-failed", on)
      if (!this.fault) this.prepend(this.fault = put(make("p", "pb-binder-note pb-binder-fault"), { role: "alert" }))
      text(this.fault, on ? this.dataset.failed : "")
    }

    /* --- its parts ------------------------------------------------------------------------------------- */

    build() {
      var note = () => make("p", "pb-binder-note")
      var act = (name, run) => button(word(name), run, "pb-binder-act")
      this.lines = new Map()
      this.head = make("h2")
      this.count = put(make("p", "pb-binder-count"), { tabindex: -1 })
      this.notes = note()
      this.told = put(make("p", "pb-binder-told"), { role: "status" })
      this.list = make("ol", "pb-binder-list")
      this.blank = make("p", "pb-binder-note", word("blank"))
      this.contents = this.option("contents-first")
      this.sheets = this.option("sheets")
      this.print = act("print", () => this.whole().then(() => window.print()))
      this.print.classList.add("pb-binder-print")
      this.link = act("link", () => this.copy())
      this.keep = act("put-these", () => this.told.replaceChildren(...book.binding.put(this.ids)))
      this.empty = act("empty-it", () => this.discard())
      this.progress = note()
      this.ready = put(make("p", "pb-binder-ready"), { role: "status" })
      this.ways = make("div", "pb-binder-ways", [
        make("p", "", [this.contents.line, " ", this.sheets.line]), this.blank, make("p", "", [this.print, " ", this.keep, " ", this.link, " ", this.empty]),
        this.progress, this.ready,
      ])
      this.doc = this.document()
      this.append(make("section", "pb-binder-tools", [this.head, this.count, this.notes, this.ways, this.told, this.list]), this.doc)
      this.arrange()
    }

    option(name) {
      var box = put(make("input"), { type: "checkbox", autocomplete: "off" })
      box.checked = true
      box.onchange = () => this.arrange()
      return { box, line: make("label", "", [box, " " + word(name)]) }
    }

    document() {
      var now = new Date()
      var day = new Date(now - now.getTimezoneOffset() * 60000).toISOString().slice(0, 10)
      this.titles = make("ol")
      this.first = make("nav", "pb-binder-contents", [make("h2", "", word("contents")), this.titles])
      this.first.setAttribute("aria-label", word("contents"))
      this.pages = make("div")
      var cover = make("p", "pb-binder-cover", [make("strong", "", this.dataset.title), " ", make("span", "", day)])
      return make("div", "pb-binder-doc", [cover, this.first, this.pages])
    }

    arrange() {
      this.first.hidden = !this.contents.box.checked
      this.doc.classList.toggle("pb-binder-sheets", this.sheets.box.checked)
    }

    /* --- what is in it ------------------------------------------------------------------------------------ */

    read() {
      var { search } = location
      this.search = search
      this.own = search.length < 2
      this.told.replaceChildren()
      this.unknown = []
      this.fail(false)
      if (this.own) return this.take(binder.ids())
      var asked = query.parse(search, data)
      this.unknown = asked.unknown
      if (!asked.q) return this.select(asked)
      book.ask("match", asked.q).then((places) => { if (this.live && this.search === search) this.select(asked, places) }).catch(() => this.fail(true))
    }

    /* A link that names pages and asks for nothing else is somebody's binder: it keeps its order. */
    select(asked, places) {
      var found = query.select(index, asked, places && query.bits(places, index.size))
      var order = query.order(asked)
      var [only] = asked.clauses
      var named = asked.clauses.length === 1 && only.key === "id" && !only.not && !asked.q && !asked.sort
      var all = named ? only.values.map((id) => index.ids.get(id)) : order === "best" ? places : index[order]
      this.take(all.filter((place) => query.holds(found, place)).map(idOf))
    }

    take(ids) {
      this.total = ids.length
      this.ids = ids.slice(0, binder.MOST)
      this.paint()
    }

    /* What the reader changes: the binder, or else the address, which then names the pages. */
    change(ids) {
      if (this.own) return binder.set(ids)
      this.take(ids)
      this.unknown = []
      try {
        if (ids.length) history.replaceState(history.state, "", location.pathname + "?id=" + ids.join())
      } catch (_) { /* a browser that finds this too often */ }
      this.search = location.search
    }

    /* --- what is seen ---------------------------------------------------------------------------------------- */

    paint() {
      var known = Array.from(new Set(this.ids.filter(pageOf).map((id) => query.current(id, data))))
      this.shown = known.map((id) => book.assembled.sheet(id, pageOf(id)))
      this.classList.toggle("pb-some", this.ids.length > 0)
      text(this.head, word(this.own ? "own" : "selection"))
      text(this.count, this.ids.length ? word("count", { count: number(known.length) }) : "")
      this.say()
      fill(this.list, this.ids.map((id) => this.line(id)))
      this.ids.forEach((id, place) => this.ends(this.line(id), place))
      this.ways.hidden = !this.ids.length
      this.doc.hidden = this.print.disabled = this.link.disabled = !known.length
      this.keep.hidden = this.own
      this.empty.hidden = !this.own
      fill(this.titles, known.map((id) => this.entry(id)))
      fill(this.pages, this.shown.map((sheet) => sheet.box))
      book.assembled.want(this.shown)
      this.arrived()
    }

    say() {
      var names = this.unknown.map(({ key, values }) => [key].concat(values).join("=")).join(", ")
      var none = this.own ? word("empty") : word("nothing")
      text(this.notes, [
        names && book.say(data.words["filter-unknown"], { names }), this.ids.length ? "" : none,
        this.total > this.ids.length && word("only", { most: number(binder.MOST), total: number(this.total) }),
        this.own && binder.denied() && word("denied"),
      ].filter(Boolean).join(" "))
    }

    line(id) {
      if (this.lines.has(id)) return this.lines.get(id)
      var page = pageOf(id)
      var title = page ? page.title : id
      var name = page ? put(make("a", "", title), { href: new URL(page.url, book.site) }) : make("span", "", title)
      var facts = page ? sign(page) : make("span", "pb-binder-gone", word("gone"))
      var tool = (name, run) => button("", run, "pb-row-" + name, { "aria-label": word(name, { title }), title: word(name, { title }) })
      var tools = make("span", "pb-binder-row", [
        tool("up", () => this.move(id, -1)), tool("down", () => this.move(id, 1)), tool("out", () => this.out(id, title)),
      ])
      var line = make("li", "", [make("span", "pb-binder-name", [name, " ", facts]), tools])
      this.lines.set(id, line)
      return line
    }

    /* The first cannot go up, the last not down. */
    ends(line, place) {
      var [up, down] = line.lastElementChild.children
      up.disabled = !place
      down.disabled = place === this.ids.length - 1
    }

    entry(id) {
      var page = pageOf(id)
      return make("li", "", [put(make("a", "", page.title), { href: "#" + book.assembled.PREFIX + id }), " ", sign(page)])
    }

    /* --- what is done ------------------------------------------------------------------------------------------ */

    /* The focus stays on the button, or on its twin where there is no farther. */
    move(id, by) {
      var ids = this.ids.slice()
      var place = ids.indexOf(id)
      ids.splice(place + by, 0, ids.splice(place, 1)[0])
      this.change(ids)
      var [up, down] = this.line(id).lastElementChild.children
      ;(by < 0 && !up.disabled || down.disabled ? up : down).focus()
      var page = pageOf(id)
      this.tell(word("moved", { title: page ? page.title : id, place: place + by + 1, total: ids.length }))
    }

    out(id, title) {
      var place = this.ids.indexOf(id)
      this.change(this.ids.filter((other) => other !== id))
      var next = this.ids[place] || this.ids[place - 1]
      this.tell(word("taken", { title }), () => {
        this.change(this.ids.slice(0, place).concat(id, this.ids.slice(place).filter((other) => other !== id)))
        this.line(id).querySelector(".pb-row-out").focus()
      })
      ;(next ? this.line(next).querySelector(".pb-row-out") : this.told.querySelector("button")).focus()
    }

    discard() {
      var before = this.ids
      this.change([])
      this.tell(word("emptied"), () => {
        this.change(before.concat(this.ids))
        this.count.focus()
      })
      this.told.querySelector("button").focus()
    }

    tell(said, undo) {
      this.told.replaceChildren(said)
      if (undo) this.told.append(" ", button(word("undo"), () => {
        undo()
        this.tell(word("back"))
      }, "pb-binder-act"))
    }

    /* A link that carries the selection, whatever this browser keeps. */
    copy() {
      var address = book.binding.url("?id=" + this.ids.join())
      var long = address.length > MANY ? " " + word("long", { count: number(address.length) }) : ""
      book.load(FOLDER + "transfer.js").then(() => book.transfer.copyText(address)).catch(() => false).then((copied) => {
        this.tell((copied ? word("copied") : word("not-copied")) + long)
        if (copied) return
        var field = put(make("input", "pb-binder-link"), { readonly: "", "aria-label": word("not-copied"), value: address })
        this.told.append(" ", field)
        field.select()
      })
    }

    /* A link to this page with another query is another selection. The frame would take it for a step back. */
    click(event) {
      var link = event.target.closest && event.target.closest("a[href]")
      if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      var url = new URL(link.getAttribute("href"), document.baseURI)
      if (link.target || path(url) !== path(location) || url.hash) return
      event.preventDefault()
      event.stopPropagation()
      if (url.search !== location.search) history.pushState(history.state, "", url)
      this.read()
      this.count.focus()
      scrollTo(0, 0)
    }

    /* --- what has come ------------------------------------------------------------------------------------------- */

    /* Seen while they come, spoken when all are here. */
    arrived() {
      var { length } = this.shown
      var waiting = this.shown.filter((sheet) => sheet.waits).length
      var failed = this.shown.filter((sheet) => sheet.failed).length
      text(this.progress, waiting ? word("progress", { count: number(length - waiting), total: number(length) }) : "")
      if (waiting || !length) return text(this.ready, "")
      this.blank.hidden = !this.pages.querySelector(".pb-field, .pb-in, .pb-checklist")
      book.assembled.relink(this.doc)
      book.scrollers()
      text(this.ready, failed ? word("failures", { count: number(failed) }) : word("ready", { count: number(length) }))
      this.classList.toggle("pb-lacks", failed > 0)
      if (this.done) this.done()
      this.done = null
    }

    /* When all that is wanted has come, or has failed. */
    whole() {
      if (!this.shown.some((sheet) => sheet.waits)) return Promise.resolve()
      return new Promise((done) => { this.done = done })
    }
  })
})()
