/* Patternbook's forms: a template that is filled in its own page. What is typed goes from the controls to the store at once and
   comes back from it; the page itself is whole without this. See store.js for what is kept, controls.js for how it is read. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var SCRIPTS = ["store", "fill", "transfer", "asking", "controls", "entries", "live", "keeper", "carry"]
  var ASIDE = "^left." // what had no room in its field any more when the reader wrote something else there

  function word(name, values) { return book.asking.word(name, values) }

  function button(text, act, kind) { return book.asking.button(text, act, kind) }

  customElements.define("pb-form", class extends HTMLElement {
    connectedCallback() {
      this.page = this.closest(".pb-page")
      if (this.form) return this.start()
      var files = SCRIPTS.map((name) => "assets/patternbook/" + name + ".js")
      Promise.all(["data/tools.js", "data/forms/" + this.dataset.id + ".js"].concat(files).map(book.load)).then(() => {
        this.form = self.patternbookForms[this.dataset.id]
        if (this.isConnected && !this.live) this.start()
      }, () => this.classList.add("pb-failed"))
    }

    disconnectedCallback() {
      if (!this.live) return
      this.live.abort()
      this.live = null
      this.leave()
    }

    start() {
      this.live = new AbortController()
      var listen = (target, name, act) => target.addEventListener(name, act.bind(this), { signal: this.live.signal })
      this.find()
      var early = this.keeper ? new Map() : this.typed()
      if (!this.keeper) this.keeper = new book.keeper.Keeper(this)
      this.use(this.wanted())
      early.forEach(this.join, this)
      this.live.signal.addEventListener("abort", book.store.watch(() => this.keeper.paint()))
      listen(this.page, "input", this.edit)
      listen(this.page, "compositionend", this.edit)
      listen(this.page, "focusout", this.left)
      listen(this.page, "keydown", this.key)
      listen(document, "pointerdown", (event) => book.asking.closeMenus(this, event.target))
      listen(window, "beforeprint", this.written)
      listen(window, "afterprint", this.unwritten)
      book.carry.listen(this, listen)
    }

    /* The fields of the page with their boxes, and what each gets. */
    find() {
      this.fields = new Map()
      this.boxes = new Map()
      this.rows = new Map()
      this.misfits = new Set()
      this.form.fields.forEach((field) => {
        var box = this.page.querySelector("#field-" + CSS.escape(field.id))
        if (!box) return
        this.fields.set(field.id, field)
        this.boxes.set(field.id, box)
        if (field.type === "list" || field.type === "table") this.rows.set(field.id, new book.Rows(this, field, box))
        else if (box.querySelector("[type=radio]")) this.clearer(field, box)
        this.suggest(field, box)
        box.classList.add("pb-live")
      })
      this.draw = book.live.drawings(this, (field) => this.value(field))
    }

    /* --- which copy ------------------------------------------------------------------------------------------ */

    /* That of the address, which is then taken out of it; else the last one. */
    wanted() {
      var url = new URL(location.href)
      var asked = url.searchParams.get("copy") || ""
      url.searchParams.delete("copy")
      try {
        if (asked) history.replaceState(history.state, "", url.href)
      } catch (_) { /* some browsers let no page of a folder change its address */ }
      if (/^[a-z0-9]{1,40}(\.bad\d*)?$/.test(asked)) return asked
      var [newest] = book.store.list().filter((one) => one.tool === this.form.id && one.state !== "bad")
      return this.copyId || book.store.last(this.form.id) || newest && newest.copy || book.store.fresh()
    }

    use(id) {
      this.leave()
      this.copyId = id
      this.copy = book.store.open(this.form.id, id)
      book.store.last(this.form.id, id)
      this.fields.forEach(({ id, renamed }) => { if (renamed && !this.fields.has(renamed)) this.copy.move(renamed, id) })
      this.unwatch = this.copy.watch((ids) => this.paint(ids))
      this.paint(Array.from(this.fields.keys()))
    }

    leave() {
      if (!this.copy) return
      this.unwatch()
      this.copy.close()
      this.copy = null
    }

    /* What stood in the controls before this script came. */
    typed() {
      var found = new Map()
      this.fields.forEach((field, id) => {
        var value = book.controls.read(field, this.boxes.get(id))
        if (!book.controls.blank(value) && value !== false) found.set(id, value)
      })
      return found
    }

    join(value, id) {
      var field = this.fields.get(id)
      if (book.controls.same(field, value, this.copy.get(id))) return
      if (this.copy.get(id) === undefined) this.copy.set(id, value)
      else this.setAside(id, value)
      this.paint([id])
    }

    /* --- answers ---------------------------------------------------------------------------------------------- */

    /* What the company says in advance, where it says one thing. */
    company(field) {
      var said = this.form.company[field.id] || []
      var one = field.type === "list" || field.type === "multi" ? said : said[0]
      return said.length === 1 ? book.fill.typed(field, one) : undefined
    }

    /* What is kept for a field; columns may have new names. */
    stored(field) {
      var value = this.copy.get(field.id)
      var moved = field.type === "table" && Array.isArray(value) ? field.columns.filter((column) => column.renamed) : []
      if (!moved.length) return value
      return value.map((row) => row && typeof row === "object" ? Object.fromEntries(Object.entries(row).map(([id, cell]) => {
        var column = moved.find((one) => one.renamed === id && !(one.id in row))
        return [column ? column.id : id, cell]
      })) : row)
    }

    /* The answer that the reader sees. */
    value(field) {
      var found = this.stored(field)
      if (field.type === "tick") return found === undefined ? this.company(field) : found
      return book.controls.read(field, this.boxes.get(field.id))
    }

    /* What is given away: what is seen, without empty rows. */
    answers() {
      var found = new Map()
      this.fields.forEach((field, id) => {
        var value = book.controls.answer(this.value(field))
        if (value !== undefined) found.set(id, value)
      })
      return found
    }

    setAside(id, value) {
      var name = ASIDE + id
      for (var n = 2; this.copy.get(name) !== undefined; n++) name = ASIDE + id + "." + n
      this.copy.set(name, value)
    }

    /* From the controls to the store. An emptied answer of the company stays empty. */
    keep(field) {
      var { id } = field
      var box = this.boxes.get(id)
      var value = book.controls.read(field, box)
      if (this.misfits.delete(id)) {
        this.setAside(id, this.copy.get(id))
        book.keeper.remains(this)
      }
      this.copy.set(id, value === undefined && this.company(field) !== undefined ? "" : value)
      this.mark(field, box)
      var hints = book.live.update(field, box, value)
      if (hints.length) this.keeper.hear(hints.join(" "))
      if (box.querySelector(".pb-problem:not([hidden])")) book.live.problem(field, box, value)
      book.carry.open(this)
      this.draw()
    }

    insert(field, place, value) {
      var all = this.stored(field) || []
      while (all.length < place) all.push(field.type === "list" ? "" : {})
      all.splice(place, 0, value)
      this.copy.set(field.id, all)
      this.paint([field.id])
    }

    /* --- from the store to the page ------------------------------------------------------------------------------ */

    paint(ids) {
      ids.filter((id) => this.fields.has(id)).forEach((id) => this.show(this.fields.get(id), this.boxes.get(id)))
      if (ids.length) {
        book.keeper.remains(this)
        this.draw()
      }
      this.keeper.paint()
    }

    /* What its controls cannot show is told below the form. A word that is just being composed is not taken away. */
    show(field, box) {
      var value = this.stored(field)
      var given = value === undefined ? this.company(field) : value
      if (!box.contains(this.composing)) book.controls.write(field, box, given)
      var seen = book.controls.read(field, box)
      var typed = book.fill.typed(field, value)
      var fits = [value, typed].some((one) => one !== undefined && book.controls.same(field, seen, one)) || value === undefined
      this.misfits[fits ? "delete" : "add"](field.id)
      this.mark(field, box)
      if (this.rows.has(field.id)) this.rows.get(field.id).paint()
      book.live.update(field, box, seen)
      if (value !== undefined && !box.contains(document.activeElement)) book.live.problem(field, box, seen)
      else if (value === undefined && box.querySelector(".pb-problem")) book.live.problem(field, box, seen)
      book.keeper.beside(this, field, box)
    }

    /* That an answer is the company's, and what it offers where it says several things. */
    mark(field, box) {
      var own = this.copy.get(field.id) !== undefined
      box.classList.toggle("pb-given", !own && this.company(field) !== undefined)
      if (box.offers) box.offers.hidden = !book.controls.blank(this.copy.get(field.id)) && field.type !== "list"
    }

    suggest(field, box) {
      var said = (this.form.company[field.id] || []).concat(field.suggest || [])
      box.querySelectorAll(":scope > .pb-offers, :scope > .pb-given-note").forEach((part) => part.remove())
      if (said.length === 1 && !field.suggest) box.append(make("span", "pb-given-note", word("company")))
      if (!said.length || this.company(field) !== undefined || !/^(line|text|person|link|list)$/.test(field.type)) return
      box.offers = make("span", "pb-offers", [word("suggestions") + " "].concat(said.map((one) => button(one, () => this.take(field, box, one), "pb-offer-of"))))
      box.append(box.offers)
    }

    take(field, box, text) {
      this.copy.set(field.id, field.type === "list" ? (this.stored(field) || []).filter(Boolean).concat(text) : text)
      this.paint([field.id])
      var all = book.controls.controls(box)
      var control = all.find((one) => one.value === text) || all[0]
      control.focus()
    }

    clearer(field, box) {
      box.querySelectorAll(".pb-clear").forEach((one) => one.remove())
      box.querySelector(".pb-choices, .pb-steps-of-five").append(button(word("clear"), () => {
        box.querySelectorAll(":checked").forEach((one) => { one.checked = false })
        this.keep(field)
        book.controls.controls(box)[0].focus()
      }, "pb-act pb-clear"))
      box.querySelector(".pb-clear").hidden = true
    }

    /* --- the reader writes ------------------------------------------------------------------------------------------ */

    at(target) {
      var box = target.closest && target.closest("[data-field]")
      var field = box && this.fields.get(box.dataset.field)
      var cell = target.closest && target.closest("[data-column]")
      var type = !field ? "" : cell ? field.columns.find((one) => one.id === cell.dataset.column).type : field.type
      return field && target.matches("textarea, input, select") ? { field, box, line: type !== "text" && target.localName === "textarea" } : {}
    }

    edit(event) {
      var { field, box, line } = this.at(event.target)
      if (!field) return
      this.composing = event.isComposing ? event.target : null
      if (line && !event.isComposing && /[\r\n]/.test(event.target.value)) this.straighten(event.target)
      book.controls.fit(event.target)
      this.keep(field)
      if (this.rows.has(field.id)) this.rows.get(field.id).paint()
    }

    /* A line has no breaks, also not where one was pasted. */
    straighten(control) {
      var before = control.selectionStart
      control.value = control.value.replace(/\r?\n/g, " ")
      control.setSelectionRange(before, before)
    }

    key(event) {
      var { field, box, line } = this.at(event.target)
      if (!line || event.key !== "Enter" || event.isComposing) return
      event.preventDefault()
      if (field.type !== "list") return
      var all = book.controls.controls(box)
      var next = all[all.indexOf(event.target) + 1]
      if (next) next.focus()
    }

    left(event) {
      var { field, box } = this.at(event.target)
      this.composing = null
      if (field && !box.contains(event.relatedTarget)) book.live.problem(field, box, book.controls.read(field, box))
    }

    say(text, label, act) { this.keeper.say(text, label, act) }

    /* --- paper: a long answer goes over to the next sheet, which no control does. Who hands out answers needs no sample. ------ */

    written() {
      this.unwritten()
      this.boxes.forEach((box) => box.querySelectorAll("textarea, select, [type=date]").forEach((control) => {
        var text = control.localName === "select" && control.value ? control.selectedOptions[0].text : control.value
        if (text) control.after(make("span", "pb-written", text))
        else if (control.type === "date") control.after(make("span", "pb-written pb-blank"))
      }))
      this.page.classList.toggle("pb-answered", this.answers().size > 0)
      if (this.copy.name || this.answers().size) this.page.querySelector(".pb-lead").after(make("p", "pb-printed", this.called()))
    }

    called() { return [this.copy.name, book.asking.day(this.copy.changed || Date.now())].filter(Boolean).join(", ") }

    unwritten() {
      this.page.querySelectorAll(".pb-written, .pb-printed").forEach((copy) => copy.remove())
      this.page.classList.remove("pb-answered")
    }
  })
})()
