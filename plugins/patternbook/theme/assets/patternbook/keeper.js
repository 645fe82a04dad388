/* Patternbook's keeper of a form: which copy is open, whether it is kept, and what was written that has no place on the page. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make

  function word(name, values) { return book.asking.word(name, values) }

  function put(element, attributes) { return book.asking.put(element, attributes) }

  function button(text, act, kind) { return book.asking.button(text, act, kind) }

  /* --- an answer in words ------------------------------------------------------------------------------------ */

  function tell(field, value) {
    if (Array.isArray(value)) return value.map((one) => tell(field, one)).filter(Boolean).join("\n")
    if (typeof value === "boolean") return value ? "☑" : "☐"
    if (value && typeof value === "object") return field.columns ? told(field, value) : field.type === "range" ? range(field, value) : JSON.stringify(value)
    var option = new Map(field.options || []).get(value)
    return value === undefined || value === null ? "" : String(option || value) + (typeof value === "number" && field.unit ? " " + field.unit : "")
  }

  function told(field, row) {
    var known = new Map(field.columns.map((column) => [column.id, column]))
    return Object.entries(row).map(([id, value]) => (known.has(id) ? known.get(id).label : id) + ": " + tell(known.get(id) || {}, value)).join(", ")
  }

  function range(field, value) {
    var known = new Map(Object.entries(value))
    return book.say("{low} {to} {high} {unit}", {
      low: known.has("low") ? known.get("low") : "…", high: known.has("high") ? known.get("high") : "…",
      to: self.patternbookTools.words.to, unit: field.unit || "",
    }).trim()
  }

  /* --- the same field from two tabs ---------------------------------------------------------------------------- */

  function beside(host, field, box) {
    var others = host.copy.others(field.id)
    var was = box.querySelector(".pb-beside")
    var key = JSON.stringify(others)
    if (was && was.key === key || !was && !others.length) return
    if (was) was.remove()
    if (!others.length) return
    var settle = (value) => {
      host.copy.settle(field.id, value)
      host.paint([field.id])
      book.controls.controls(box)[0].focus()
    }
    var rows = others.map((value) => make("span", "", [make("q", "", tell(field, value)), " ", button(word("use-this"), () => settle(value))]))
    var note = make("span", "pb-beside", [make("strong", "", word("other-tab")), ...rows, button(word("keep-mine"), () => settle(host.copy.get(field.id)))])
    note.key = key
    box.append(put(note, { role: "group", "aria-label": word("other-tab") + " " + field.label }))
    host.keeper.hear(word("other-tab") + " " + field.label)
  }

  /* --- answers without a question --------------------------------------------------------------------------------- */

  function orphans(host) {
    return host.copy.fields().flatMap((id) => {
      var name = id.replace(/^\^left\.([^.]*)(\.\d+)?$/, "$1")
      var field = host.form.fields.find((one) => one.id === name)
      if (host.fields.has(id) && !host.misfits.has(id)) return []
      return [host.copy.get(id)].concat(host.fields.has(id) ? [] : host.copy.others(id))
        .map((value) => ({ id, label: field ? field.label : name, text: tell(field || {}, value), value }))
    })
  }

  function drop(host, { id, value, label }) {
    var field = host.fields.get(id)
    var before = host.copy.get(id)
    host.copy.settle(id, field ? book.controls.answer(host.value(field)) : undefined)
    host.paint([id])
    host.say(word("dropped", { label }), word("undo"), () => {
      host.copy.set(id, before === undefined ? value : before)
      host.paint([id])
    })
  }

  function remains(host) {
    var found = orphans(host)
    var key = JSON.stringify(found)
    var list = host.page.querySelector(":scope > .pb-left")
    if (list && list.key === key || !list && !found.length) return
    if (list) list.remove()
    if (!found.length) return
    var rows = found.map((one) => make("li", "", [
      make("strong", "", one.label), make("p", "pb-left-text", one.text),
      button(word("copy-text"), () => book.transfer.copyText(one.text).then((done) => host.say(word(done ? "copied" : "not-copied")))), " ",
      button(word("remove"), () => drop(host, one)),
    ]))
    var all = () => book.transfer.download(host.fileName("json", word("without")), "application/json", JSON.stringify(found.map(({ id, label, value }) => ({ id, label, value })), null, 2))
    list = make("section", "pb-left", [make("h2", "", word("without")), make("p", "", word("without-help")), make("ul", "", rows), button(word("download-these"), all)])
    list.key = key
    place(host, put(list, { "aria-label": word("without") }))
  }

  /* Behind the section of the last field. */
  function place(host, list) {
    var boxes = Array.from(host.boxes.values())
    var next = boxes.length ? boxes[boxes.length - 1].closest(".pb-page > *") : host
    while (next.nextElementSibling && !next.nextElementSibling.matches("h2")) next = next.nextElementSibling
    next.after(list)
  }

  /* --- above the form: which copy, what leads out and in, whether it is kept -------------------------------------------- */

  function day(time) {
    var how = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }
    return new Date(time).toLocaleString(document.documentElement.lang || undefined, how)
  }

  function named(copy) { return copy.name || word("untitled") }

  class Keeper {
    constructor(host) {
      this.host = host
      this.select = put(make("select"), { "aria-label": word("copies") })
      this.select.onchange = () => host.use(this.select.value)
      this.state = make("p", "pb-state")
      this.open = make("p", "pb-open")
      this.aloud = put(make("p", "pb-aloud"), { role: "status" })
      var acts = [
        button(word("new"), () => this.begin()),
        button(word("rename"), () => this.askName(word("rename"), host.copy.name, (name) => host.copy.rename(name))),
        button(word("delete"), () => this.remove()),
      ]
      var where = book.asking.menu(word("where"), [make("p", "", word("where-help"))])
      host.append(
        make("div", "pb-copies", [this.select, ...acts]), make("div", "pb-ways-of", [...book.carry.menus(host), where, book.asking.all()]),
        this.state, this.open, this.aloud, this.foot()
      )
      this.say("")
    }

    /* --- at the foot of the window: what must not be overlooked, what was just done and the way back --- */

    foot() {
      this.alert = put(make("p", "pb-alert"), { role: "alert" })
      this.said = put(make("p"), { role: "status" })
      this.undo = button("")
      this.told = make("div", "", [this.said, this.undo, put(button("×", () => this.say(""), "pb-shut"), { "aria-label": word("close") })])
      return this.bottom = make("div", "pb-foot", [this.alert, this.told])
    }

    say(text, label, act) {
      this.said.textContent = text
      this.undo.textContent = label || ""
      this.undo.hidden = !act
      this.undo.onclick = () => {
        this.say("")
        act()
      }
      this.told.hidden = !text
      this.shown()
    }

    hear(text) { this.aloud.textContent = text }

    shown() { this.bottom.classList.toggle("pb-shown", !!this.alert.textContent || !this.told.hidden) }

    /* --- copies --- */

    /* Asks for a name; none is one. */
    askName(title, name, act) {
      var input = put(make("input"), { type: "text", maxlength: 200, autocomplete: "off", value: name })
      book.asking.ask(this.host, title, [make("label", "", [word("name"), input])], [["ok", word("save")], ["", word("cancel")]])
        .then((choice) => { if (choice && this.host.copy) act(input.value.trim()) })
    }

    begin() {
      this.askName(word("new"), "", (name) => {
        this.host.use(book.store.fresh())
        if (name) this.host.copy.rename(name)
        this.paint()
      })
    }

    remove() {
      var { host } = this
      var { copy } = host
      var name = named(copy)
      var back = copy.remove()
      host.copyId = ""
      host.use(host.wanted())
      this.say(word("deleted", { name }), word("undo"), () => {
        back()
        host.use(copy.copy)
      })
    }

    label(one) {
      if (one.state === "bad") return word("bad-copy", { name: named(one) })
      return one.name || one.copy === this.host.copy.copy ? named(one) : named(one) + ", " + day(one.changed)
    }

    options() {
      var { copy } = this.host
      var all = book.store.list().filter((one) => one.tool === copy.tool)
      if (!all.some((one) => one.copy === copy.copy)) all.unshift(copy)
      var rows = all.map((one) => [one.copy, this.label(one)])
      var key = JSON.stringify(rows)
      if (this.key !== key) this.select.replaceChildren(...rows.map(([value, text]) => put(make("option", "", text), { value })))
      this.key = key
      this.select.value = copy.copy
    }

    /* --- whether it is kept --- */

    /* What is to be said of the open copy, and what can be downloaded. */
    states() {
      var { host } = this
      var { copy } = host
      var raw = () => book.transfer.download(host.fileName("json"), "application/json", copy.raw)
      var json = () => book.carry.json(host)
      if (copy.state) return [word("state-" + copy.state), raw]
      if (copy.gone) return [word("state-gone"), json]
      if (book.store.state === "denied" || book.store.state && !copy.stored) return [word("state-" + book.store.state), json]
      if (!copy.fields().length) return [word("empty")]
      return copy.stored ? [word("saved", { time: book.asking.hour(copy.changed) })] : []
    }

    /* A line with what it offers to download; what stands there already is not said again. */
    tell(line, text, act) {
      if (line.text !== text) line.replaceChildren(line.text = text, ...act ? [" ", button(word("download"), act)] : [])
    }

    paint() {
      var { host } = this
      if (!host.copy) return
      this.options()
      var [text, act] = this.states()
      var lost = !host.copy.stored && book.store.state
      if (text) this.tell(this.state, text, act)
      this.tell(this.alert, lost ? word("state-" + lost) : "", lost && (() => book.carry.json(host)))
      this.shown()
      lock(host)
    }
  }

  /* What a later version wrote, or what could not be read, is looked at and not written over. */
  function lock(host) {
    var fixed = host.copy.state === "newer" || /\.bad\d*$/.test(host.copy.copy)
    if (host.classList.contains("pb-fixed") === fixed) return
    host.classList.toggle("pb-fixed", fixed)
    host.boxes.forEach((box) => book.controls.controls(box).forEach((control) => { control.disabled = fixed }))
  }

  book.keeper = { Keeper, tell, beside, remains }
})()
