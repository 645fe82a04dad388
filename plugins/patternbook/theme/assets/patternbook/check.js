/* Patternbook's checklists: what is ticked is kept, run by run, in this browser and nowhere else (store.js).
   A run is a copy of the list as it stood when the run began (`^items`), so that it can say what has changed since.
   Without this script the boxes can be ticked, and nothing remembers it. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var FOLDER = "assets/patternbook/"
  var BAD = /\.bad\d*$/

  function word(key, values) { return book.asking.word(key, values) }

  function put(element, attributes) { return book.asking.put(element, attributes) }

  function button(text, act) { return book.asking.button(text, act) }

  function write(element, text) { book.asking.text(element, text) }

  function tight(text) { return text.replace(/\s+/g, " ").trim() }

  function day(time) { return book.asking.day(time) }

  /* A run is called after the day on which it began, until it has a name. */
  function called(run) { return run.name || day(run.made) }

  /* --- what a record holds, which may be anybody's --------------------------------------------------------- */

  function text(value) { return typeof value === "string" ? value : "" }

  /* Who and when, of a tick; nothing where there is none. */
  function signs(value) {
    if (value === undefined || value === false) return null
    return [text(value.by), text(value.on)].filter(Boolean).map(tight)
  }

  function texts(copy) {
    var items = copy && copy.get("^items")
    return new Map(items && typeof items === "object" ? Object.entries(items).filter((entry) => typeof entry[1] === "string") : [])
  }

  function ticked(copy, id) { return !!copy && !!signs(copy.get(id)) }

  /* --- the element --------------------------------------------------------------------------------------------- */

  customElements.define("pb-check", class extends HTMLElement {
    connectedCallback() {
      Promise.all(["data/tools.js", FOLDER + "store.js", FOLDER + "asking.js"].map(book.load)).then(() => {
        if (this.isConnected && !this.live) this.start()
      }).catch(() => this.classList.add("pb-failed"))
    }

    disconnectedCallback() {
      if (!this.live) return
      this.live.forEach((stop) => stop())
      this.live = null
      this.last = this.copy.copy
      this.copy.close()
      if (this.earlier) this.earlier.close()
      this.copy = this.earlier = null
    }

    start() {
      var early = this.items ? [] : this.build()
      var act = (event) => this.turn(event.target)
      var shut = (event) => book.asking.closeMenus(this, event.target)
      this.page.addEventListener("change", act)
      document.addEventListener("pointerdown", shut)
      this.live = [
        book.store.watch(() => this.paint()), () => this.heard(),
        () => this.page.removeEventListener("change", act), () => document.removeEventListener("pointerdown", shut),
      ]
      this.show(this.last || this.asked() || this.latest())
      early.forEach((item) => { if (!this.fixed && !item.box.checked) this.tick(item, true) })
    }

    /* What was ticked before the script was there. */
    build() {
      this.tool = this.dataset.id
      this.page = this.closest(".pb-page")
      this.undos = []
      this.read()
      this.append(...this.bar(), ...this.news(), ...this.more())
      return this.items.filter((item) => item.box.checked)
    }

    /* The items of the page under their moments. */
    read() {
      var moment = ""
      this.items = []
      this.page.querySelectorAll("h2, .pb-checklist li[id^=item-]").forEach((element) => {
        if (element.matches("h2")) moment = tight(Array.from(element.childNodes, (node) => node.className === "headerlink" ? "" : node.textContent).join(""))
        else this.items.push(this.item(element, moment))
      })
      this.lost = make("div", "pb-checklist pb-check-lost")
      Array.from(this.page.querySelectorAll(".pb-checklist")).pop().after(this.lost)
    }

    item(element, moment) {
      var box = element.querySelector("[type=checkbox]")
      var label = element.querySelector("label")
      var item = { id: element.id.slice(5), box, moment, text: tight(label.textContent), sign: make("span", "pb-check-sign") }
      item.mark = make("div", "pb-check-mark")
      item.sign.id = "sign--" + item.id
      box.setAttribute("aria-describedby", item.sign.id)
      label.after(item.sign)
      ;(label.closest("p") || item.sign).after(item.mark)
      return item
    }

    /* --- what stands above the items --- */

    bar() {
      this.runs = put(make("select"), { id: "pb-check-run" })
      this.runs.onchange = () => this.show(this.runs.value || book.store.fresh(), true)
      this.begone = button(word("delete"), () => this.discard())
      this.counted = put(make("p", "pb-check-count"), { role: "status" })
      this.state = make("span")
      this.trouble = put(make("span", "pb-check-trouble"), { role: "alert" })
      this.save = button(word("download"), () => this.rescue())
      this.paper = make("p", "pb-check-paper")
      this.noted = make("p", "pb-check-paper")
      var runs = [make("span", "", [put(make("label", "", word("run")), { for: this.runs.id }), this.runs]), button(word("rename"), () => this.ask()), this.begone]
      return [this.paper, this.noted, make("div", "pb-copies", runs), this.counted, make("p", "pb-check-state", [this.state, this.trouble, " ", this.save])]
    }

    /* What has changed: in the list since the run began, and since the run before. */
    news() {
      this.changed = make("span")
      this.changes = make("p", "pb-check-news", [this.changed, " ", button(word("note-list"), () => this.note())])
      this.since = make("summary")
      this.moved = make("div")
      this.compared = make("details", "pb-check-news", [this.since, this.moved])
      this.told = put(make("p", "pb-check-told"), { role: "status" })
      return [this.told, this.changes, this.compared]
    }

    more() {
      this.signed = put(make("input"), { type: "checkbox", autocomplete: "off" })
      this.signed.onchange = () => this.sign(this.signed.checked)
      this.who = put(make("input"), { type: "text", autocomplete: "off", maxlength: 200 })
      this.who.oninput = () => this.keep("^by", this.who.value)
      this.named = make("label", "", [word("your-name") + " ", this.who])
      this.notes = put(make("textarea"), { rows: 1, maxlength: 20000, autocomplete: "off" })
      this.notes.oninput = () => this.keep("^notes", this.notes.value)
      this.others = make("div")
      return [
        make("div", "pb-check-sign-in", [make("label", "", [this.signed, word("sign")]), this.named]),
        make("label", "pb-check-notes", [word("run-notes"), this.notes]), this.others,
        make("div", "pb-ways-of", [this.take(), book.asking.all()]),
      ]
    }

    take() {
      var ways = [["copy-list", this.copyText], ["copy-rich", this.copyRich], ["download-csv", this.table], ["print", () => print()]]
      var box = book.asking.menu(word("take-out"), ways.map(([key, act]) => button(word(key), () => act.call(this))))
      box.ontoggle = () => this.tools().catch(() => { /* asked for again with the choice */ })
      return box
    }

    /* --- runs --- */

    list() { return book.store.list().filter((run) => run.tool === this.tool && run.state !== "bad").sort((one, other) => other.made - one.made) }

    /* The run that a link asks for, if it is one of this browser's. The address forgets it. */
    asked() {
      var url = new URL(location)
      var id = url.searchParams.get("copy")
      if (id === null) return ""
      url.searchParams.delete("copy")
      try { history.replaceState(history.state, "", url) } catch (_) { /* some browsers let no page of a folder do that */ }
      return book.store.list().some((run) => run.tool === this.tool && run.copy === id) ? id : ""
    }

    latest() {
      var runs = this.list()
      return book.store.last(this.tool) || (runs.find((run) => !run.state) || runs[0] || {}).copy || book.store.fresh()
    }

    /* A new run that nobody chose gives way to one that another tab begins. */
    show(id, chosen) {
      var old = this.copy
      if (old) this.heard()
      this.copy = book.store.open(this.tool, id)
      if (old) old.close()
      this.heard = this.copy.watch(() => this.paint())
      this.fixed = this.copy.state === "newer" || BAD.test(id)
      if (chosen || this.begun()) book.store.last(this.tool, id)
      this.paint()
    }

    begun() { return this.copy.fields().length > 0 || !!this.copy.name }

    /* The first that is kept of a run is how the list stands, and who ticks, as in the run before. */
    begin() {
      if (this.begun()) return
      var before = this.earlier
      book.store.last(this.tool, this.copy.copy)
      this.copy.set("^items", this.standing())
      if (before && before.get("^signed") === true) this.copy.set("^signed", true)
      if (before && text(before.get("^by"))) this.copy.set("^by", before.get("^by"))
    }

    standing() { return Object.fromEntries(this.items.map((item) => [item.id, item.text])) }

    keep(id, value) {
      this.begin()
      if (id !== "^notes" && this.copy.others(id).length) this.copy.settle(id, value || undefined)
      else this.copy.set(id, value || undefined)
      this.paint()
    }

    discard() {
      var gone = this.copy
      var name = called(gone)
      var back = gone.remove()
      this.undos.push({ name, act: () => { back(); this.show(gone.copy) } })
      this.show(this.latest())
      this.tell()
      this.told.lastChild.focus()
    }

    /* What was done, and what was deleted last, with the way back. */
    tell(line) {
      var last = this.undos[this.undos.length - 1]
      var undo = () => {
        this.undos.pop().act()
        this.tell()
        this.runs.focus()
      }
      this.told.replaceChildren(line ? line + " " : "", ...(last ? [word("deleted", { name: last.name }) + " ", button(word("undo"), undo)] : []))
    }

    ask() {
      var field = put(make("input"), { type: "text", autocomplete: "off", maxlength: 200, "aria-label": word("run-name") })
      field.value = this.copy.name
      var asked = book.asking.ask(this, word("run-name"), [field], [["save", word("save")], ["", word("cancel")]])
      field.select()
      asked.then((answer) => {
        if (!answer || !this.live) return
        this.begin()
        this.copy.rename(tight(field.value))
        this.paint()
      })
    }

    /* --- ticks --- */

    turn(box) {
      var item = this.items.concat(this.gone).find((one) => one.box === box)
      if (item) this.tick(item, box.checked)
    }

    tick(item, on) {
      this.begin()
      var by = text(this.copy.get("^by"))
      var value = this.copy.get("^signed") !== true ? {} : by ? { on: day(Date.now()), by } : { on: day(Date.now()) }
      this.copy[this.copy.others(item.id).length ? "settle" : "set"](item.id, on ? value : undefined)
      this.paint()
    }

    sign(on) {
      this.keep("^signed", on)
      if (on && !this.who.value) this.who.focus()
    }

    /* The list as it is now is what later changes are told from. What was ticked keeps its words, also when it is gone. */
    note() {
      var kept = this.gone.filter((item) => ticked(this.copy, item.id)).map((item) => [item.id, item.text])
      this.copy.settle("^items", { ...Object.fromEntries(kept), ...this.standing() })
      this.paint()
      this.runs.focus()
    }

    /* --- what is seen --- */

    paint() {
      if (!this.live) return
      var runs = this.list()
      this.began = texts(this.copy)
      this.previous(runs)
      this.paintRuns(runs)
      this.paintSigns()
      this.paintLost()
      this.items.concat(this.gone).forEach(this.paintItem, this)
      this.paintNews()
      this.paintNotes()
      this.paintState()
    }

    /* The run before this one stays open beside it. */
    previous(runs) {
      var { copy, made } = this.copy
      var found = runs.find((run) => run.copy !== copy && !run.state && (run.made < made || !this.begun()))
      if ((found && found.copy) === (this.earlier && this.earlier.copy)) return
      if (this.earlier) this.earlier.close()
      this.earlier = found && book.store.open(this.tool, found.copy)
    }

    paintRuns(runs) {
      var names = runs.map(called)
      var rows = runs.map((run, n) => [run.copy, names.indexOf(names[n]) === names.lastIndexOf(names[n]) ? names[n] : names[n] + " " + book.asking.hour(run.made)])
      var listed = rows.some((row) => row[0] === this.copy.copy)
      if (!listed) rows.unshift([this.copy.copy, this.begun() ? called(this.copy) : word("new-run")])
      if (listed || this.begun()) rows.push(["", word("new-run")])
      var said = JSON.stringify(rows)
      if (said !== this.rows) this.runs.replaceChildren(...rows.map(([value, label]) => put(make("option", "", label), { value })))
      this.rows = said
      this.runs.value = this.copy.copy
      this.begone.hidden = !this.begun() && !this.copy.raw
    }

    paintSigns() {
      var copy = this.begun() || !this.earlier ? this.copy : this.earlier
      var by = text(copy.get("^by"))
      this.signed.checked = copy.get("^signed") === true
      this.named.hidden = !this.signed.checked
      if (this.who.value !== by) this.who.value = by
    }

    paintItem(item) {
      var all = [this.copy.get(item.id)].concat(this.copy.others(item.id)).map(signs).filter(Boolean)
      item.box.checked = all.length > 0
      write(item.sign, all.map((sign) => sign.join(", ")).filter(Boolean).join("; "))
      if (!item.mark) return
      var old = this.began.get(item.id)
      var state = !this.began.size || tight(old || "") === item.text ? "" : old === undefined ? "new" : "was " + old
      if (item.state === state) return
      item.state = state
      var words = () => make("details", "", [make("summary", "", word("reworded")), make("p", "", old)])
      item.mark.replaceChildren(!state ? "" : state === "new" ? word("new-since") : words())
    }

    /* What is no longer on the list, with its ticks. */
    paintLost() {
      var here = new Set(this.items.map((item) => item.id))
      var ids = new Set([...this.began.keys(), ...this.copy.fields().filter((id) => id[0] !== "^")])
      var rows = Array.from(ids).filter((id) => !here.has(id)).map((id) => [id, tight(this.began.get(id) || id)])
      var said = JSON.stringify(rows)
      if (said === this.said) return
      this.said = said
      this.gone = rows.map(([id, text], n) => {
        var box = put(make("input"), { type: "checkbox", id: "gone--" + n, autocomplete: "off" })
        return { id, text, box, moment: word("no-longer"), sign: make("span", "pb-check-sign") }
      })
      var lines = this.gone.map(({ box, text, sign }) => make("li", "", [box, " ", put(make("label", "", text), { for: box.id }), sign]))
      this.lost.replaceChildren(...(lines.length ? [make("p", "", word("no-longer")), make("ul", "", lines)] : []))
    }

    paintNews() {
      var count = this.items.filter((item) => item.box.checked).length
      write(this.counted, word("ticked", { count, total: this.items.length }))
      var added = this.items.filter((item) => item.state === "new")
      var reworded = this.items.filter((item) => item.state && item.state !== "new")
      var parts = [["new", added], ["reworded", reworded], ["gone", this.gone]].filter((one) => one[1].length)
      write(this.changed, word("list-changed", { parts: parts.map(([key, found]) => word(key + "-count", { count: found.length })).join(", ") }))
      var forgotten = this.gone.some((item) => this.began.has(item.id) && !item.box.checked)
      this.changes.hidden = this.fixed || !added.length && !reworded.length && !forgotten
      this.compare()
    }

    compare() {
      var { earlier: before, copy } = this
      var all = this.items.concat(this.gone)
      var gained = all.filter(({ id }) => ticked(copy, id) && !ticked(before, id))
      var lost = all.filter(({ id }) => !ticked(copy, id) && ticked(before, id))
      this.compared.hidden = !before || !this.begun()
      if (this.compared.hidden) return
      write(this.since, word("since", { name: called(before), gained: gained.length, lost: lost.length }))
      var told = (key, items) => items.length ? [make("p", "", word(key)), make("ul", "", items.map((item) => make("li", "", item.text)))] : []
      this.moved.replaceChildren(...told("gained", gained), ...told("lost", lost))
    }

    paintNotes() {
      var now = text(this.copy.get("^notes"))
      if (this.notes.value !== now) this.notes.value = now
      book.asking.fit(this.notes)
      var others = this.copy.others("^notes").map(text).filter(Boolean)
      var all = [now].concat(others).map((one) => one.trim()).filter(Boolean)
      write(this.noted, all.length ? word("run-notes") + ": " + all.join("\n") : "")
      var settle = (value) => () => {
        this.copy.settle("^notes", value)
        this.paint()
        this.notes.focus()
      }
      var lines = others.map((other) => make("div", "pb-check-other", [
        make("p", "", word("other-tab")), make("p", "pb-check-typed", other), button(word("use-this"), settle(other)), button(word("keep-mine"), settle(now)),
      ]))
      if (JSON.stringify(others) !== this.beside) this.others.replaceChildren(...lines)
      this.beside = JSON.stringify(others)
    }

    paintState() {
      var { copy } = this
      var wrong = this.fixed ? copy.state || "bad" : copy.stored ? copy.state : book.store.state || (copy.gone ? "gone" : "")
      write(this.trouble, wrong ? word("state-" + wrong) : "")
      if (wrong || copy.stored) write(this.state, wrong ? "" : this.begun() ? word("saved", { time: book.asking.hour(copy.changed) }) : word("unbegun"))
      write(this.paper, this.begun() ? word("run") + " " + [copy.name, day(copy.made)].filter(Boolean).join(", ") : "")
      this.save.hidden = !wrong
      this.wrong = wrong
      this.page.querySelectorAll(".pb-checklist [type=checkbox]").forEach((box) => { box.disabled = this.fixed })
      ;[this.notes, this.signed, this.who].forEach((control) => { control.disabled = this.fixed })
    }

    /* --- out of the page --- */

    tools() { return Promise.all(["fill.js", "transfer.js"].map((name) => book.load(FOLDER + name))) }

    heading() { return new Map(Object.entries(self.patternbookTools.tools)).get(this.tool).title + (this.begun() ? ": " + called(this.copy) : "") }

    blocks() {
      var found = [["title", this.heading()]]
      var moment
      this.items.concat(this.gone).forEach((item) => {
        if (item.moment !== moment) found.push(["heading", 2, moment = item.moment], ["tasks", []])
        var sign = item.sign.textContent
        found[found.length - 1][1].push([item.box.checked, item.text + (sign && " (" + sign + ")")])
      })
      var notes = [text(this.copy.get("^notes")), ...this.copy.others("^notes").map(text)].filter((one) => one.trim())
      if (notes.length) found.push(["heading", 2, word("run-notes")])
      var paragraphs = notes.flatMap((one) => book.fill.clean(one).split(/\n\s*\n/))
      return found.concat(paragraphs.map((one) => ["paragraph", one.split("\n").map((line) => [tight(line)])]))
    }

    copied(how) {
      this.tell()
      this.tools().then(how).then((done) => this.tell(word(done ? "copied" : "not-copied"))).catch(() => this.tell(word("not-copied")))
    }

    copyText() { this.copied(() => book.transfer.copyText(book.fill.markdown(this.blocks()))) }

    copyRich() {
      this.copied(() => {
        var blocks = this.blocks()
        return book.transfer.copyRich(book.fill.html(blocks), book.fill.markdown(blocks))
      })
    }

    table() {
      var head = ["moment", "item", "ticked", "on", "by"].map((key) => word("csv-" + key))
      var rows = this.items.concat(this.gone).map((item) => {
        var value = this.copy.get(item.id) || {}
        return [item.moment, item.text, item.box.checked ? "x" : "", text(value.on), text(value.by)]
      })
      this.tools().then(() => book.transfer.download(this.heading() + ".csv", "text/csv", book.transfer.csv([head].concat(rows))))
    }

    /* What is not in the browser's store, or cannot be read there, as a file. */
    rescue() {
      var raw = this.wrong === "bad" || this.wrong === "newer"
      this.tools().then(() => raw
        ? book.transfer.download(this.tool + ".json", "application/json", this.copy.raw)
        : book.transfer.download(this.heading() + ".md", "text/markdown", book.fill.markdown(this.blocks())))
    }
  })
})()
