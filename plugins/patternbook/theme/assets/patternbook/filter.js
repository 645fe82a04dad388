/* Patternbook's filter of Browse and the map. The address is the only state; what it means lies in query.js.
   Without this script the page's own lists do the work. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var STEP = 24
  var FIRST = 6 // cards of the first picture
  var SEEN = 12 // cards that one may see at once
  var CALM = 250
  var PAUSE = 100 // from one letter to the next at most, while somebody types
  var SCRIPTS = ["data/book.js", "assets/patternbook/query.js", "assets/patternbook/bind.js", "assets/patternbook/binding.js"]
  var OPEN = 3 // groups of values at first
  var wide = matchMedia("(min-width: 60em)")
  var query, data, index

  var [came] = performance.getEntriesByType("navigation")
  var returned = came && came.type !== "navigate" && location.href
  addEventListener("popstate", () => { returned = location.href })

  /* Where one was: how much was shown, and how far down. */
  function was() {
    try { return sessionStorage.getItem(returned).split(" ") } catch (_) { return [STEP] }
  }

  function path(url) { return url.href.split(/[?#]/)[0] }

  /* Only what differs is written: a browser works for the rest as well. */
  function set(element, name, value) { if (element[name] !== value) element[name] = value }

  function text(element, value) {
    if (element.firstChild) set(element.firstChild, "data", value)
    else element.append(value)
  }

  function put(element, attributes) {
    Object.keys(attributes).forEach((name) => {
      var value = String(attributes[name])
      if (element.getAttribute(name) !== value) element.setAttribute(name, value)
    })
    return element
  }

  function button(kind, text, act, attributes) {
    var made = put(make("button", kind, text), { type: "button", ...attributes })
    made.onclick = act
    return made
  }

  /* What has the focus keeps it. */
  function allow(control, free) { set(control, "disabled", !free && control !== document.activeElement) }

  function say(name, values) { return book.say(data.words["filter" + name], values) }

  function number(element, count) { text(element, count ? " (" + count + ")" : "") }

  function link(title, url) { return put(make("a", "", title), { href: new URL(url, book.site) }) }

  /* A card is made once and shows one page after another: what is written into need not be styled anew. */
  function card() {
    var parts = { link: make("a"), sign: make("span", "pb-card-kind"), summary: make("p") }
    return { ...parts, line: make("li", "", [make("p", "", [parts.link, " ", parts.sign]), parts.summary]) }
  }

  function show(card, place, whole) {
    if (card.place === place && card.whole === whole) return
    Object.assign(card, { place, whole })
    var { title, url, kind, summary = "" } = data.pages[place]
    var { glyph, label } = data.kinds[kind]
    text(put(card.link, { href: new URL(url, book.site) }), title)
    text(put(card.sign, { "data-kind": kind }), glyph + " " + label)
    text(card.summary, whole ? summary : "")
  }

  customElements.define("pb-filter", class extends HTMLElement {
    connectedCallback() {
      this.page = this.parentNode
      var first = this.page.querySelector(":scope > .pb-placed, :scope > h2")
      if (!this.placed && (this.placed = true) && first) return first.before(this) // behind title and summary; connects again
      this.cards = this.dataset.view === "cards"
      Promise.all(SCRIPTS.concat(this.cards ? [] : "assets/patternbook/shelves.js").map(book.load)).then(() => {
        data = self.patternbookBook
        query = book.query
        index = index || query.index(data)
        if (this.isConnected && !this.live) this.start()
      }).catch(() => this.fail(true))
    }

    disconnectedCallback() {
      if (!this.live) return
      this.live.abort()
      this.live = null
      this.halt()
      this.statics(false)
    }

    start() {
      this.live = new AbortController()
      var listen = (target, name, act) => target.addEventListener(name, act, { capture: true, signal: this.live.signal })
      if (!this.chips) this.build()
      listen(document, "click", (event) => this.click(event))
      listen(window, "popstate", () => (this.step = "") || this.leave() || path(location) === path(new URL(this.at)) && this.read())
      listen(window, "pagehide", () => this.leave())
      listen(window, "beforeprint", () => {
        this.finish()
        this.results(Infinity)
      })
      listen(window, "afterprint", () => this.results())
      listen(wide, "change", () => this.fit())
      this.classList.add("pb-on")
      this.fail(false)
      this.fit()
      this.read()
    }

    /* What the page says without a script, while the filter says it. */
    statics(hidden) {
      if (this.cards) this.page.querySelectorAll(":scope > h2[id^=by-], :scope > .pb-values").forEach((part) => set(part, "hidden", hidden))
      else if (!hidden) Array.from(book.shelves.narrow(this.page, this.shelves, index.listed))
    }

    /* The lists of the page come back whole: what is still to be drawn would hide of them again. */
    fail(on) {
      if (on) this.halt()
      this.classList.toggle("pb-failed", on)
      if (!this.fault) this.prepend(this.fault = put(make("p", "pb-filter-note"), { role: "alert" }))
      text(this.fault, on ? this.dataset.failed : "")
      if (this.live) this.statics(!on)
    }

    build() {
      this.input = put(make("input"), { type: "search", autocomplete: "off" })
      this.input.oninput = () => {
        this.typed = performance.now() + PAUSE
        this.choose({ ...this.query, q: this.input.value.trim() }, "replace")
      }
      this.chosen = make("span")
      this.groups = data.keys.map(this.group, this)
      this.show = button("pb-filter-show", "", () => {
        this.panel.open = false
        this.count.focus()
      })
      var groups = make("div", "pb-filter-groups", this.groups.map((group) => group.box))
      this.panel = make("details", "pb-filter-panel", [make("summary", "", [say(""), this.chosen]), groups, this.show])
      this.count = put(make("p", "pb-filter-count"), { tabindex: -1 })
      this.paper = this.cards ? book.binding.offer(() => this.order) : ""
      this.spoken = put(make("p", "pb-filter-spoken"), { role: "status" })
      this.chips = make("ul", "pb-filter-chips")
      this.clear = button("pb-filter-clear", say("-clear"), () => {
        this.count.focus()
        this.choose({ ...this.query, clauses: [], unknown: [], q: "" })
      })
      this.unknown = make("p", "pb-filter-note")
      this.none = make("p", "pb-filter-note", say("-none"))
      this.list = make("ul")
      this.shown = []
      this.more = button("pb-filter-more", "", () => this.showMore())
      var results = this.cards ? [make("div", "pb-cards", this.list), this.more] : []
      if (!this.cards) this.shelves = book.shelves.find(this.page, data)
      this.append.apply(this, this.views().concat(
        make("div", "pb-filter-side", [make("label", "pb-filter-words", [say("-words"), this.input]), this.panel]),
        make("div", "pb-filter-found", [
          make("div", "pb-filter-head", [this.count].concat(this.paper, this.ways())), this.spoken,
          make("div", "pb-filter-taken", [this.chips, this.clear]), this.unknown, this.none,
        ].concat(results))
      ))
    }

    /* Saved views as plain links; one that is more than a query leads to its own page. */
    views() {
      var heading = this.page.querySelector("#by-views")
      if (!heading) return []
      var label = heading.textContent
      var links = data.views.map((view) => make("li", "", link(view.title, view.query ? location.pathname + "?" + view.query : view.url)))
      return [put(make("nav", "pb-filter-views", [label, make("ul", "", links)]), { "aria-label": label })]
    }

    /* In which order, and as cards or as a list. */
    ways() {
      this.sort = make("select", "", query.SHOWN.sort.map((sort) => put(make("option", "", say("-sort-" + sort)), { value: sort })))
      this.sort.onchange = () => this.choose({ ...this.query, sort: this.sort.value })
      this.shapes = query.SHOWN.view.map((view) => button("", say("-" + view), () => this.choose({ ...this.query, view })))
      return this.cards ? make("div", "pb-filter-shown", [make("label", "", [say("-sort") + " ", this.sort])].concat(this.shapes)) : []
    }

    group(key, place) {
      var id = "pb-filter-" + key.id
      var chosen = make("span")
      var rows = key.values.map((row) => this.value(key.id, row[0], row[1]))
      var body = put(make("div", "", rows.map((row) => row.line)), { role: "group", "aria-labelledby": id })
      var box = make("details", "pb-filter-group", [make("summary", "", [put(make("span", "", key.label), { id }), chosen]), body])
      box.open = place < OPEN
      return { key: key.id, box, chosen, rows }
    }

    value(key, value, label) {
      var set = (how) => this.choose(query.set(this.query, key, value, how))
      var box = put(make("input"), { type: "checkbox", value, autocomplete: "off" })
      var count = make("span", "pb-filter-of")
      var out = button("pb-filter-out", "", () => set(query.has(this.query, key, value, true) ? "" : "out"), {
        title: say("-leave-out", { label }),
      })
      box.onchange = () => set(box.checked ? "in" : "")
      return { value, box, count, out, line: make("div", "pb-filter-value", [make("label", "", [box, make("span", "", label), " ", count]), out]) }
    }

    read() {
      var [most, down] = returned === location.href ? was() : [STEP]
      returned = ""
      this.at = location.href
      this.query = query.parse(location.search, data)
      this.input.value = this.query.q
      this.groups.forEach((group) => { if (this.query.clauses.some((one) => one.key === group.key)) group.box.open = true })
      this.most = +most
      this.down = +down || 0
      this.look()
    }

    choose(next, step) {
      if (!step) this.leave()
      this.query = next
      this.most = STEP
      this.down = null // who chooses stays where he is
      if (this.input.value.trim() !== next.q) this.input.value = next.q
      this.step = step || "push"
      if (!step) this.write()
      this.look()
    }

    /* The state into the address. What is typed goes there after the picture: it can take as long. */
    write() {
      if (!this.step) return
      var address = query.write(this.query)
      try {
        if (address !== location.search) history[this.step + "State"](history.state, "", location.pathname + address)
      } catch (_) { /* a browser that finds this too often */ }
      this.step = ""
      this.at = location.href
    }

    /* One question at a time; when it is answered, the newest is asked. */
    look() {
      var q = this.query.q
      if (!q || this.heard && this.heard.q === q) return this.draw(q ? this.heard : {})
      if (this.asking) return
      this.asking = true
      book.ask("match", q).then((places) => {
        this.heard = { q, places, bits: query.bits(places, index.size) }
        this.asking = false
        if (this.live) this.look()
      }).catch(() => {
        this.asking = false
        if (this.live && this.query.q) this.fail(true)
      })
    }

    leave() {
      this.write()
      try { sessionStorage.setItem(this.at, this.most + " " + scrollY) } catch (_) { /* then one starts at the top */ }
    }

    /* A link to this page with another query is a choice. The frame would take it for a step back. */
    click(event) {
      var link = event.target.closest && event.target.closest("a[href]")
      if (!link || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      this.leave()
      var url = new URL(link.getAttribute("href"), document.baseURI)
      if (link.target || path(url) !== path(location) || url.hash) return
      event.preventDefault()
      event.stopPropagation()
      this.choose(query.parse(url.search, data))
      if (this.contains(link)) return
      this.count.focus()
      scrollTo(0, 0)
    }

    fit() {
      var open = this.cards && wide.matches
      if (open || !this.panel.contains(document.activeElement)) this.panel.open = open
    }

    /* First what was asked for, then the rest. A page that is come to is drawn whole. */
    draw(heard) {
      this.fail(false)
      this.text = heard.bits
      this.bits = query.select(index, this.query, this.text)
      this.total = query.shared(this.bits, this.bits)
      var order = query.order(this.query)
      this.order = (order === "best" ? heard.places : index[order]).filter((place) => query.holds(this.bits, place))
      this.taken()
      this.say()
      this.results(this.most, FIRST)
      this.go(this.rest(), true)
      if (this.down === null) return
      this.finish()
      if (this.down) scrollTo(0, this.down)
      this.down = null
    }

    /* What the first picture need not wait for, piece by piece. */
    *rest() {
      this.results(this.most, SEEN)
      yield
      this.write()
      yield
      this.results()
      yield
      yield* this.counts()
      if (this.shelves) yield* book.shelves.narrow(this.page, this.shelves, this.bits)
    }

    /* Each piece is a task of its own, after a picture and not between two letters, unless it is for `now`.
       A newer choice overtakes those that are left. */
    go(todo, now) {
      this.todo = todo
      put(this, { "aria-busy": true })
      requestAnimationFrame(() => setTimeout(() => {
        if (this.todo !== todo) return
        this.until = performance.now() + 6
        if (!now && this.until < this.typed) return this.go(todo)
        if (todo.next().done) return this.finish()
        this.keep()
        this.go(todo)
      }))
    }

    finish() {
      if (!this.todo) return
      Array.from(this.todo)
      this.keep()
      this.halt()
      this.speak()
    }

    /* What is hidden would lose the focus with the next picture. */
    keep() {
      if (document.activeElement.closest("[hidden]")) this.count.focus()
    }

    halt() {
      this.todo = null
      this.removeAttribute("aria-busy")
    }

    *counts() {
      var sum = 0
      for (var { key, rows, chosen } of this.groups) {
        var others = query.select(index, this.query, this.text, key)
        var own = rows.filter((row) => this.row(row, key, others)).length
        number(chosen, own)
        sum += own
        if (performance.now() > this.until) yield
      }
      number(this.chosen, sum)
    }

    /* What choosing a value would leave, and whether it, or leaving it out, would change anything. */
    row({ value, box, count, out, line }, key, others) {
      var carry = index.sets[key].get(value)
      var left = query.shared(others, carry)
      var here = query.shared(this.bits, carry)
      var not = query.has(this.query, key, value, true)
      var chosen = query.has(this.query, key, value, false)
      set(box, "checked", chosen)
      text(count, String(left))
      allow(box, left || chosen)
      allow(out, chosen || not || here && here < this.total)
      put(out, { "aria-pressed": not })
      line.classList.toggle("pb-filter-not", not)
      return chosen || not
    }

    /* What is chosen, each to be taken away. */
    taken() {
      var choices = this.choices = query.choices(this.query)
      var labels = choices.map(this.label, this)
      var names = choices.map((choice) => choice.name).filter(Boolean).join(", ")
      set(this.clear, "hidden", !labels.length)
      set(this.unknown, "hidden", !names)
      text(this.unknown, say("-unknown", { names }))
      this.move(Array.from(this.chips.children).filter((chip) => !labels.includes(chip.textContent)))
      labels.forEach((label, place) => {
        var there = this.chips.children[place]
        if (!there || there.textContent !== label) this.chips.insertBefore(this.chip(label), there || null)
      })
      this.move(Array.from(this.chips.children).slice(labels.length))
    }

    /* The focus moves before anything else does: later the whole page would have to be laid out for it. */
    chip(label) {
      var chip = make("li", "", button("", label, () => {
        var place = Array.from(this.chips.children).indexOf(chip)
        var next = chip.nextSibling
        ;(next ? next.firstChild : this.count).focus()
        this.choose(this.choices[place].left)
      }, { "aria-label": say("-remove", { label }) }))
      return chip
    }

    label(choice) {
      if (choice.name) return choice.name
      if (!choice.key) return say("-words") + ": " + this.query.q
      var key = data.keys.find((one) => one.id === choice.key) || { label: say("-page") }
      var label = key.values ? key.values.find((row) => row[0] === choice.value)[1] : data.pages[index.ids.get(choice.value)].title
      return key.label + ": " + (choice.not ? say("-not", { label }) : label)
    }

    /* What goes takes the focus with it, so it is led on first. */
    move(lines) {
      if (lines.some((line) => line.contains(document.activeElement))) this.count.focus()
      lines.forEach((line) => line.remove())
    }

    /* Seen at once. */
    say() {
      text(this.count, say("-count", { count: this.total, total: index.title.length }))
      text(this.show, say("-show", { count: this.total }))
      if (this.cards) this.paper.show(this.total && query.write(this.query))
      set(this.none, "hidden", !!this.total)
    }

    /* Spoken when all is drawn and nothing has changed for a moment: within what is busy, a screen reader may pass over it. */
    speak() {
      var aloud = this.count.textContent + (this.total ? "" : ". " + say("-none"))
      clearTimeout(this.calm)
      if (this.said) this.calm = setTimeout(text, CALM, this.spoken, aloud)
      this.said = true
    }

    /* At most some of them: a card costs more than a thousand choices. On paper all. */
    results(most = this.most, now = most) {
      if (!this.order || this.shelves) return
      var whole = this.query.view !== "list"
      var shown = this.order.slice(0, most)
      var left = Math.min(STEP, this.order.length - shown.length)
      var best = this.sort.firstChild
      this.fill(shown, whole, now)
      this.list.parentNode.classList.toggle("pb-filter-titles", !whole)
      set(this.more, "hidden", !left)
      text(this.more, say("-more", { count: left }))
      best.hidden = best.disabled = !this.query.q
      this.sort.value = query.order(this.query)
      this.shapes.forEach((shape, place) => put(shape, { "aria-pressed": whole === !place }))
    }

    /* The focus does not go over to another page. */
    fill(places, whole, now) {
      var { list, shown } = this
      if (shown.some(({ line, place }, n) => place !== places[n] && line.contains(document.activeElement))) this.count.focus()
      shown.splice(places.length).forEach(({ line }) => line.remove())
      places.slice(0, now).forEach((place, n) => show(shown[n] = shown[n] || card(), place, whole))
      list.append(...shown.slice(list.children.length).map(({ line }) => line))
    }

    showMore() {
      var { length } = this.shown
      this.most += STEP
      this.results()
      this.shown[length].link.focus()
    }
  })
})()
