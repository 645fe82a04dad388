/* Patternbook's page of everything that this browser keeps: what there is, out as one file, and in again.
   A file that comes in is somebody else's: it is measured and made anew entry by entry, and it writes over nothing. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var FOLDER = "assets/patternbook/"
  var ROOM = 5 // MB that a browser gives to a site
  var SIZE = 5e6, RECORDS = 1000, FIELDS = 1000, TEXT = 20000, ENTRIES = 500, NAME = 200, DEPTH = 4
  var DAY = 864e5

  function word(key, values) { return book.asking.word(key, values) }

  function put(element, attributes) { return book.asking.put(element, attributes) }

  function button(text, act) { return book.asking.button(text, act) }

  function write(element, text) { book.asking.text(element, text) }

  function day(time) { return new Date(time - new Date(time).getTimezoneOffset() * 60000).toISOString().slice(0, 10) }

  function number(value) { return value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }) }

  function tools() { return new Map(Object.entries(self.patternbookTools.tools)) }

  /* --- the browser's store, past store.js: as it stands there, byte for byte ------------------------------- */

  function keyOf({ tool, copy }) { return book.site.pathname + ".kept." + self.patternbookTools.book + "." + tool + "." + copy }

  function exported() { return book.site.pathname + ".exported." + self.patternbookTools.book }

  function read(key) {
    try { return localStorage.getItem(key) } catch (_) { return null }
  }

  /* Characters of all that this host keeps, ours or not: they share the room. */
  function used() {
    try {
      return Object.entries(localStorage).reduce((sum, [key, text]) => sum + key.length + text.length, 0)
    } catch (_) { return 0 }
  }

  function within(row, act) {
    var copy = book.store.open(row.tool, row.copy)
    try { return act(copy) } finally { copy.close() }
  }

  /* What is asked of a record to list it. One that cannot be read is not opened, since that moves it. */
  function inside(row) {
    if (row.state) return { ticks: false, count: 0 }
    return within(row, (copy) => {
      var ids = copy.fields()
      return { ticks: ids.includes("^items"), count: ids.filter((id) => id[0] !== "^").length }
    })
  }

  /* --- out ---------------------------------------------------------------------------------------------------- */

  /* As it is stored; what could not be stored, from memory; what cannot be read, as text. */
  function record(row) {
    var text = read(keyOf(row))
    if (row.state === "bad") return { tool: row.tool, copy: row.copy, raw: text }
    return within(row, (copy) => text !== null && (row.state || copy.stored) ? parsed(text, row) : remembered(copy))
  }

  /* What it says of itself may be wrong; what counts is where it stands. */
  function parsed(text, { tool, copy }) {
    var data = JSON.parse(text)
    data.tool = tool
    data.copy = copy
    return data
  }

  function remembered(record) {
    var { tool, copy, made, changed: at } = record
    var fields = record.fields().map((id) => [id, { value: record.get(id), at, others: record.others(id) }])
    return { v: 1, tool, copy, name: { value: record.name, at }, made, fields: Object.fromEntries(fields) }
  }

  function everything() {
    return JSON.stringify({ patternbook: 1, book: self.patternbookTools.book, kept: book.store.list().map(record) }, null, 1) + "\n"
  }

  /* --- in -------------------------------------------------------------------------------------------------------- */

  function fault(code) { return Object.assign(new Error(code), { code }) }

  function object(value) { return !!value && typeof value === "object" && !Array.isArray(value) }

  function fits(value, depth) {
    if (typeof value === "string") return value.length <= TEXT
    if (typeof value !== "object" || value === null) return true
    var parts = Object.entries(value)
    return depth > 0 && parts.length <= ENTRIES && parts.every(([key, part]) => key.length <= NAME && fits(part, depth - 1))
  }

  function need(holds) { if (!holds) throw fault("shape") }

  /* A time that has been. One still to come would be later than all that the reader writes. */
  function past(time) {
    need(Number.isSafeInteger(time) && time >= 0)
    return Math.min(time, Date.now())
  }

  function entry(one) {
    need(object(one))
    var { value, at, was = 0, by = "", others = [] } = one
    need(past(at) && typeof by === "string" && by.length <= NAME && Array.isArray(others) && others.length <= ENTRIES)
    need(fits(value, DEPTH) && others.every((other) => fits(other, DEPTH)))
    return { value, at: past(at), was: past(was), by, others: others.length ? others : undefined }
  }

  /* A record made anew from what a file says is one; `null` where it is none. */
  function taken(data) {
    try {
      need(object(data) && typeof data.tool === "string" && typeof data.copy === "string")
      var { tool, copy } = data
      need(/^[a-z0-9-]{1,100}$/.test(tool) && /^[a-z0-9-]{1,100}(\.bad\d{0,4})?$/.test(copy))
      if (typeof data.raw === "string") return { tool, copy: /\.bad\d*$/.test(copy) ? copy : copy + ".bad", text: data.raw, name: "" }
      need(!/\.bad/.test(copy))
      if (Number.isInteger(data.v) && data.v > 1) return { tool, copy, text: JSON.stringify(data), name: "" }
      need(data.v === 1 && object(data.name) && typeof data.name.value === "string" && data.name.value.length <= NAME && object(data.fields))
      var fields = Object.entries(data.fields)
      need(fields.length <= FIELDS && fields.every(([id]) => id.length <= NAME))
      var whole = { v: 1, tool, copy, name: { value: data.name.value, at: past(data.name.at) }, made: past(data.made) }
      whole.fields = Object.fromEntries(fields.map(([id, one]) => [id, entry(one)]))
      return { tool, copy, whole, text: JSON.stringify(whole), name: whole.name.value }
    } catch (_) { return null }
  }

  function sorted(_, value) { return object(value) ? Object.fromEntries(Object.entries(value).sort()) : value }

  /* What a reader would see in it, to tell whether it is here already. */
  function content(tool, entries) {
    return JSON.stringify([tool, entries.filter((one) => one[1] !== undefined || one[2].length).sort((one, other) => one[0] < other[0] ? -1 : 1)], sorted)
  }

  function contentOf({ tool, whole, text }) {
    if (!whole) return tool + " " + text
    return content(tool, Object.entries(whole.fields).map(([id, { value, others }]) => [id, value === null ? undefined : value, others || []]))
  }

  function contentHere(row) {
    if (row.state) return row.tool + " " + read(keyOf(row))
    return within(row, (copy) => content(row.tool, copy.fields().map((id) => [id, copy.get(id), copy.others(id)])))
  }

  function opened(text) {
    var data
    if (text.length > SIZE) throw fault("big")
    try { data = JSON.parse(text.replace(/^\ufeff/, "")) } catch (_) { throw fault("json") }
    if (object(data) && data.patternbook > 1) throw fault("newer")
    if (object(data) && data.patternbook === 1 && typeof data.template === "string") throw fault("one")
    if (!object(data) || data.patternbook !== 1 || !Array.isArray(data.kept)) throw fault("shape")
    if (data.kept.length > RECORDS) throw fault("many")
    return data
  }

  /* What bringing in would do: `added`, `beside` (the same name, another content), `same`, `wrong`. */
  function plan(kept) {
    var rows = book.store.list()
    var here = new Set(rows.map(contentHere))
    var names = new Set(rows.map(keyOf))
    var found = { added: [], beside: [], same: [], wrong: [] }
    kept.forEach((data) => {
      var one = taken(data)
      if (!one) return found.wrong.push(data)
      if (here.has(contentOf(one))) return found.same.push(one)
      var free = !names.has(keyOf(one)) && read(keyOf(one)) === null
      if (!free) one = renamed(one, names)
      here.add(contentOf(one))
      names.add(keyOf(one))
      found[free ? "added" : "beside"].push(one)
    })
    return found
  }

  /* Beside the record that has its place: under another id and, where it has a name, under another name. */
  function renamed({ tool, copy, whole, text, name }, names) {
    if (/\.bad\d*$/.test(copy)) {
      for (var n = 2; names.has(keyOf({ tool, copy })) || read(keyOf({ tool, copy })) !== null; n++) copy = copy.replace(/\.bad\d*$/, ".bad" + n)
      return { tool, copy, text, name }
    }
    copy = book.store.fresh()
    if (!whole) return { tool, copy, text, name }
    name = word("brought-name", { name: name || day(whole.made), day: day(Date.now()) }).slice(0, NAME)
    whole = { ...whole, copy, name: { value: name, at: whole.name.at } }
    return { tool, copy, whole, text: JSON.stringify(whole), name }
  }

  /* All of them or none. */
  function store(all) {
    var done = []
    try {
      all.forEach((one) => {
        localStorage.setItem(keyOf(one), one.text)
        done.push(one)
      })
      return true
    } catch (_) {
      back(done)
      return false
    }
  }

  function back(all) {
    all.forEach((one) => { if (read(keyOf(one)) === one.text) localStorage.removeItem(keyOf(one)) })
  }

  /* --- the element --------------------------------------------------------------------------------------------------- */

  customElements.define("pb-kept", class extends HTMLElement {
    connectedCallback() {
      Promise.all(["data/tools.js", FOLDER + "store.js", FOLDER + "asking.js"].map(book.load)).then(() => {
        if (this.isConnected && !this.live) this.start()
      }).catch(() => this.classList.add("pb-failed"))
    }

    disconnectedCallback() {
      if (this.live) this.live()
      this.live = null
    }

    start() {
      if (!this.lists) this.build()
      this.live = book.store.watch(() => this.paint())
      this.paint()
      this.lasting()
    }

    build() {
      this.lines = new Map()
      this.deleted = new Map()
      this.trouble = put(make("p", "pb-kept-trouble"), { role: "alert" })
      this.told = put(make("p", "pb-kept-told"), { role: "status" })
      this.reminder = make("p")
      this.room = make("p")
      this.none = make("p")
      this.lists = make("div")
      this.file = put(make("input"), { type: "file", accept: ".json,application/json", hidden: "" })
      this.file.onchange = () => this.bring(this.file.files[0])
      this.out = button(word("export-all"), () => this.export())
      this.keep = button(word("persist"), () => this.persist())
      this.keep.hidden = true
      this.append(this.trouble, make("div", "pb-kept-ways", [
        make("p", "", [this.out, " ", button(word("bring-in"), () => this.file.click()), this.file]), this.reminder, this.told,
      ]), this.none, this.lists, make("div", "pb-kept-ways", [this.room, make("p", "", [word("forget"), " ", this.keep])]))
    }

    /* --- what is seen --- */

    paint() {
      if (!this.live) return
      var rows = book.store.list()
      var focus = document.activeElement
      var { state } = book.store
      write(this.trouble, state ? word("kept-" + state) : "")
      write(this.none, rows.length ? "" : word("nothing-kept"))
      write(this.room, word("used", { used: number(Math.max(used() / 1e6, .01)), most: ROOM }))
      this.out.disabled = !rows.length
      this.remind(rows)
      this.lists.replaceChildren(...this.groups(rows))
      if (this.lists.contains(focus)) focus.focus({ preventScroll: true })
    }

    remind(rows) {
      var last = Number(read(exported())) || 0
      var late = rows.some((row) => row.changed > last)
      write(this.reminder, !late ? "" : last ? word("changed-since-export", { day: day(last) }) : word("never-exported"))
    }

    /* By tool in the order of the book; what the book no longer has comes last. What was deleted keeps its place. */
    groups(rows) {
      var all = rows.concat(Array.from(this.deleted.values(), (gone) => gone.row).filter((row) => !rows.some((other) => keyOf(other) === keyOf(row))))
      var by = new Map()
      all.sort((one, other) => other.changed - one.changed).forEach((row) => by.set(row.tool, (by.get(row.tool) || []).concat(row)))
      var known = tools()
      var order = Array.from(known.keys()).concat(Array.from(by.keys()).filter((id) => !known.has(id))).filter((id) => by.has(id))
      return order.map((id) => this.group(id, known.get(id), by.get(id)))
    }

    group(id, tool, rows) {
      var head = make("h2", "", tool ? tool.title : id)
      var kind = make("p", "pb-kept-kind", tool ? tool.kind : word("no-tool"))
      return make("section", "", [head, kind, make("ul", "", rows.map((row) => this.line(row, tool)))])
    }

    line(row, tool) {
      var key = keyOf(row)
      var gone = this.deleted.get(key)
      var sign = JSON.stringify([row, !!gone])
      var old = this.lines.get(key)
      if (!old || old.sign !== sign) this.lines.set(key, old = { sign, item: make("li", "", gone ? this.ghost(key, gone) : this.row(row, tool)) })
      return old.item
    }

    row(row, tool) {
      var { ticks, count } = inside(row)
      var name = row.name || (ticks ? day(row.made) : row.state ? row.copy : word("untitled"))
      var title = make(tool && !row.state ? "a" : "span", "pb-kept-name", name)
      if (tool) title.href = new URL(tool.url + "?copy=" + encodeURIComponent(row.copy), book.site)
      var facts = row.state ? [word("kept-" + row.state)] : [word(ticks ? "ticks" : "answers", { count }), word("changed", { day: day(row.changed) })]
      var act = (key, run) => put(button(word(key), run), { "aria-label": word(key) + ": " + name })
      var acts = [act("delete", () => this.discard(row, name))]
      if (row.state || !tool) acts.unshift(act("download", () => this.raw(row)))
      return [title, make("span", "pb-kept-facts", facts.join(", ")), make("span", "pb-kept-acts", acts)]
    }

    ghost(key, { name, undo }) {
      return [make("span", "pb-kept-facts", word("deleted", { name })), button(word("undo"), () => {
        this.deleted.delete(key)
        undo()
        this.paint()
        this.lines.get(key).item.querySelector("a, button").focus()
      })]
    }

    discard(row, name) {
      var undo = within(row, (copy) => copy.remove())
      this.deleted.set(keyOf(row), { row, name, undo })
      this.paint()
      this.lines.get(keyOf(row)).item.querySelector("button").focus()
    }

    /* --- out --- */

    save(name, text) {
      return book.load(FOLDER + "transfer.js").then(() => book.transfer.download(name, "application/json", text))
    }

    raw(row) { this.save(row.tool + " " + row.copy + ".json", read(keyOf(row)) || JSON.stringify(record(row))) }

    export() {
      this.save(self.patternbookTools.book + " " + day(Date.now()) + ".json", everything()).then(() => {
        try { localStorage.setItem(exported(), String(Date.now())) } catch (_) { /* then it reminds again */ }
        write(this.told, word("exported"))
        this.paint()
      })
    }

    /* --- in --- */

    bring(file) {
      if (!file) return
      var read = file.size > SIZE ? Promise.reject(fault("big")) : file.text()
      read.then((text) => {
        var data = opened(text)
        this.ask(plan(data.kept), data.book)
      }).catch((error) => write(this.told, word("in-" + (error.code || "json"))))
      this.file.value = ""
    }

    named(one) {
      var tool = tools().get(one.tool)
      return (tool ? tool.title : one.tool) + ": " + (one.name || (one.whole ? day(one.whole.made) : one.copy))
    }

    ask(found, from) {
      var parts = ["added", "beside", "same", "wrong"].filter((key) => found[key].length).flatMap((key) => {
        var list = key === "wrong" ? [] : [make("ul", "", found[key].map((one) => make("li", "", this.named(one))))]
        return [make("p", "", word("in-" + key, { count: found[key].length }))].concat(list)
      })
      if (typeof from === "string" && from !== self.patternbookTools.book) parts.unshift(make("p", "", word("in-other", { book: from.slice(0, NAME) })))
      if (!parts.length) parts.push(make("p", "", word("in-empty")))
      var all = found.added.concat(found.beside)
      var choices = all.length ? [["in", word("bring-these")], ["", word("cancel")]] : [["", word("close")]]
      book.asking.ask(this, word("in-title"), [make("div", "pb-kept-in", parts)], choices).then((answer) => { if (answer) this.brought(all) })
    }

    brought(all) {
      if (!store(all)) return write(this.told, word("in-full"))
      this.paint()
      this.told.replaceChildren(word("in-done", { count: all.length }) + " ", button(word("undo"), () => {
        back(all)
        write(this.told, word("in-undone"))
        this.paint()
        this.out.focus()
      }))
    }

    /* --- whether it lasts --- */

    lasting() {
      var { storage } = navigator
      if (storage && storage.persist && storage.persisted) storage.persisted().then((kept) => { this.keep.hidden = kept }).catch(() => { /* nothing to ask */ })
    }

    persist() {
      navigator.storage.persist().then((kept) => {
        write(this.told, word(kept ? "persisted" : "not-persisted"))
        this.keep.hidden = kept
      }).catch(() => write(this.told, word("not-persisted")))
    }
  })
})()
