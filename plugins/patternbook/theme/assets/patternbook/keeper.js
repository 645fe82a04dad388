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
      var field = host.fields.get(name)
      if (name === id && field && !host.misfits.has(id)) return []
      return [host.copy.get(id)].concat(field === undefined || name !== id ? host.copy.others(id) : [])
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

  /* --- the line above the form ----------------------------------------------------------------------------------------- */

  function keeper(host) {
    var store = book.store
    var named = (one) => one.name || word("untitled")
    var select = make("select")
    var state = make("p", "pb-state")
    var open = make("p", "pb-open")
    var alert = put(make("p", "pb-alert"), { role: "alert" })
    var said = put(make("p"), { role: "status" })
    var aloud = put(make("p", "pb-aloud"), { role: "status" })
    var undo = button("", () => { /* set by `say` */ })
    var shut = button("×", () => say(""), "pb-shut")
    var foot = make("div", "pb-foot", [alert, make("div", "", [said, undo, shut])])
    var key = ""

    function say(text, label, act) {
      said.textContent = text
      undo.textContent = label || ""
      undo.hidden = !act
      undo.onclick = () => {
        say("")
        act()
      }
      put(shut, { "aria-label": word("close") })
      foot.lastChild.hidden = !text
      shown()
    }

    function shown() { foot.classList.toggle("pb-shown", !!alert.textContent || !foot.lastChild.hidden) }

    /* Asks for a name; "" is one. */
    function askName(title, name, act) {
      var input = put(make("input"), { type: "text", maxlength: 200, autocomplete: "off", value: name })
      book.asking.ask(host, title, [make("label", "", [word("name"), input])], [["ok", word("save")], ["", word("cancel")]])
        .then((choice) => { if (choice) act(input.value.trim()) })
    }

    function begin() {
      askName(word("new"), "", (name) => {
        host.use(store.fresh())
        if (name) host.copy.rename(name)
        paint()
      })
    }

    function remove() {
      var { copy } = host
      var name = named(copy)
      var back = copy.remove()
      host.copyId = ""
      host.use(host.wanted())
      say(word("deleted", { name }), word("undo"), () => {
        back()
        host.use(copy.copy)
      })
    }

    select.onchange = () => host.use(select.value)

    function options() {
      var { copy } = host
      var all = store.list().filter((one) => one.tool === host.form.id)
      if (!all.some((one) => one.copy === copy.copy)) all.unshift(copy)
      var lang = document.documentElement.lang || undefined
      var label = (one) => one.state === "bad" ? word("bad-copy", { name: named(one) })
        : one.name || one.copy === copy.copy ? named(one)
        : named(one) + ", " + new Date(one.changed).toLocaleString(lang, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" })
      var rows = all.map((one) => [one.copy, label(one)])
      if (key !== (key = JSON.stringify(rows))) select.replaceChildren(...rows.map(([value, text]) => put(make("option", "", text), { value })))
      select.value = copy.copy
    }

    function raw() { book.transfer.download(host.fileName("json"), "application/json", host.copy.raw) }

    function json() { book.carry.json(host) }

    /* What is to be said of the open copy, and what can be downloaded. */
    function states() {
      var { copy } = host
      var time = new Date(copy.changed).toLocaleTimeString(document.documentElement.lang || undefined, { hour: "2-digit", minute: "2-digit" })
      if (copy.state === "newer") return [word("state-newer"), raw]
      if (copy.state === "bad") return [word("state-bad"), raw]
      if (copy.gone) return [word("state-gone"), json]
      if (store.state === "denied") return [word("state-denied"), json]
      if (store.state === "full" && !copy.stored) return [word("state-full"), json]
      if (!copy.fields().length) return [word("empty")]
      return copy.stored ? [word("saved", { time })] : []
    }

    function paint() {
      if (!host.copy) return
      options()
      var [text, act] = states()
      var lost = !host.copy.stored && store.state !== ""
      if (text && state.text !== text) state.replaceChildren(state.text = text, ...act ? [" ", button(word("download"), act)] : [])
      book.asking.text(alert, lost ? word("state-" + store.state) : "")
      if (lost) alert.append(" ", button(word("download"), json))
      shown()
      lock(host)
    }

    book.asking.put(select, { "aria-label": word("copies") })
    host.append(
      make("div", "pb-copies", [select, button(word("new"), begin), button(word("rename"), () => askName(word("rename"), host.copy.name, (name) => host.copy.rename(name))), button(word("delete"), remove)]),
      make("div", "pb-ways-of", [...book.carry.menus(host), book.asking.menu(word("where"), [make("p", "", word("where-help"))]), book.asking.link(word("all"), new URL(location.protocol === "file:" ? "kept.html" : "kept/", book.site))]),
      state, open, aloud, foot
    )
    say("")
    return { paint, say, open, hear: (text) => { aloud.textContent = text } }
  }

  /* What a later version wrote, or what could not be read, is looked at and not written over. */
  function lock(host) {
    var fixed = host.copy.state === "newer" || /\.bad\d*$/.test(host.copy.copy)
    if (host.classList.contains("pb-fixed") === fixed) return
    host.classList.toggle("pb-fixed", fixed)
    host.boxes.forEach((box) => box.querySelectorAll("textarea, input, select, button").forEach((control) => { control.disabled = fixed }))
  }

  book.keeper = Object.assign(keeper, { tell, beside, remains })
})()
