/* Patternbook's filled forms on their way out and in: clipboard, files, links, the sample. What comes in is shown before it changes anything. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make
  var LONG = 300

  function word(name, values) { return book.asking.word(name, values) }

  function button(text, act, kind) { return book.asking.button(text, act, kind) }

  /* --- out --------------------------------------------------------------------------------------------------- */

  function filled(host) {
    var blocks = book.fill.blocks(host.form, host.answers(), host.copy.name)
    return { html: () => book.fill.html(blocks), markdown: () => book.fill.markdown(blocks) }
  }

  function fileName(host, ending, name) { return [host.form.title, name || host.copy.name].filter(Boolean).join(" ") + "." + ending }

  function json(host) {
    book.transfer.download(fileName(host, "json"), "application/json", book.transfer.json(host.form, host.answers(), host.copy.name))
    taken(host, word("downloaded"))
  }

  /* Says what was done, and which questions are still open. */
  function taken(host, text) {
    host.say(text)
    open(host, true)
  }

  /* Nobody is reminded while writing, except of what was told when the document went out. */
  function open(host, told) {
    var line = host.keeper.open
    if (!told && !line.firstChild) return
    var answers = host.answers()
    var missing = Array.from(host.fields.values()).filter((field) => field.required && !answers.has(field.id))
    line.replaceChildren(...missing.length ? [word("open"), " "] : [], ...missing.flatMap((field, place) => [place ? ", " : "", to(host, field)]))
  }

  function to(host, field) {
    var link = book.asking.link(field.label, "#field-" + field.id)
    link.onclick = (event) => {
      event.preventDefault()
      event.stopPropagation()
      book.controls.controls(host.boxes.get(field.id))[0].focus()
    }
    return link
  }

  function copied(host, done) { return done ? taken(host, word("copied")) : host.say(word("not-copied")) }

  function outs(host) {
    return [
      ["copy-rich", () => book.transfer.copyRich(filled(host).html(), filled(host).markdown()).then((done) => copied(host, done))],
      ["copy-markdown", () => book.transfer.copyText(filled(host).markdown()).then((done) => copied(host, done))],
      ["save-markdown", () => {
        book.transfer.download(fileName(host, "md"), "text/markdown", filled(host).markdown())
        taken(host, word("downloaded"))
      }],
      ["save-json", () => json(host)],
      ["share", () => share(host)],
      ["print", () => print()],
    ].map(([name, act]) => button(word(name), act))
  }

  /* --- a link that holds the answers ----------------------------------------------------------------------------- */

  function share(host) {
    book.transfer.link(host.form, host.answers(), host.copy.name).then((url) => {
      var body = [make("p", "", word("share-help")), make("p", "", word("share-length", { count: url.length }))]
      return book.asking.ask(host, word("share"), body, [["copy", word("share-copy")], ["", word("cancel")]])
        .then((choice) => choice && book.transfer.copyText(url).then((done) => copied(host, done)))
    }, (error) => host.say(word(error.code === "long" ? "share-long" : "not-copied")))
  }

  /* Once it was looked at, the answers go from the address. */
  function receive(host) {
    var { hash } = location
    if (!hash.startsWith("#answers=")) return
    book.transfer.fromLink(hash, host.form).then((found) => offer(host, word("from-link"), found), (error) => refuse(host, error)).then(() => {
      try {
        if (location.hash === hash) history.replaceState(history.state, "", location.href.split("#")[0])
      } catch (_) { /* some browsers let no page of a folder change its address */ }
    })
  }

  /* --- in -------------------------------------------------------------------------------------------------------------- */

  function bring(host, file) {
    book.transfer.read(file, host.form).then((found) => offer(host, word("bring-file"), found), (error) => refuse(host, error))
  }

  function refuse(host, error) {
    var known = ["big", "json", "shape", "other", "newer"].includes(error.code)
    host.say(word(known ? "file-" + error.code : "file-json", { title: error.title || "" }))
  }

  function clip(text) { return text.length > LONG ? text.slice(0, LONG) + "…" : text }

  function change(field, now, then) {
    return make("li", "", [
      make("strong", "", field.label),
      make("p", "", [make("span", "", word("now") + " "), now === undefined ? word("nothing") : make("del", "", clip(book.keeper.tell(field, now)))]),
      make("p", "", [make("span", "", word("after") + " "), make("ins", "", clip(book.keeper.tell(field, then)))]),
    ])
  }

  function refused(host, { unknown, wrong }) {
    if (!unknown.length && !wrong.length) return []
    var label = (id) => host.fields.has(id) ? host.fields.get(id).label : id
    var all = unknown.map(([id, value]) => [id, word("unknown-field"), value]).concat(wrong)
    var rows = all.map(([id, why, value]) => make("li", "", [make("strong", "", label(id)), ": ", why, make("p", "", clip(book.keeper.tell({}, value)))]))
    var save = () => book.transfer.download(fileName(host, "json", word("left-out")), "application/json", JSON.stringify(all.map(([id, why, value]) => ({ id, why, value })), null, 2))
    return [make("h3", "", word("left-out")), make("ul", "pb-changes", rows), button(word("download-these"), save)]
  }

  /* What would change, and where to. */
  function offer(host, title, found) {
    if (!host.copy) return Promise.resolve()
    var changes = Array.from(found.answers).filter(([id, value]) => {
      var field = host.fields.get(id)
      return field && !book.controls.same(field, host.value(field), value)
    })
    var rows = changes.map(([id, value]) => change(host.fields.get(id), book.controls.answer(host.value(host.fields.get(id))), value))
    var list = rows.length ? [make("p", "", word("changes", { count: rows.length })), make("ul", "pb-changes", rows)] : [make("p", "", word("no-changes"))]
    var fixed = host.classList.contains("pb-fixed") || !rows.length
    var choices = [...fixed ? [] : [["into", word("into")]], ["new", word("as-new")], ["", word("cancel")]]
    return book.asking.ask(host, title, [...list, ...refused(host, found)], found.answers.size ? choices : choices.slice(-1)).then((choice) => {
      if (choice === "into") into(host, found, changes)
      if (choice === "new") asNew(host, found)
    })
  }

  function into(host, found, changes) {
    var { copy } = host
    var values = new Map(copy.fields().map((id) => [id, copy.get(id)]))
    changes.forEach(([id, value]) => {
      if (host.misfits.has(id)) values.set("^left." + id, copy.get(id))
      values.set(id, value)
    })
    var back = copy.replace(values)
    if (found.name && !copy.name) copy.rename(found.name)
    host.say(word("brought", { count: changes.length }), word("undo"), back)
  }

  function asNew(host, found) {
    var before = host.copyId
    host.use(book.store.fresh())
    var { copy } = host
    copy.replace(found.answers)
    if (found.name) copy.rename(found.name)
    host.say(word("brought", { count: found.answers.size }), word("undo"), () => {
      copy.remove()
      host.use(before)
    })
  }

  function sample(host) {
    offer(host, word("sample"), { name: "", answers: new Map(Object.entries(host.form.sample)), unknown: [], wrong: [] })
  }

  /* --- menus, and a file that is dropped on the page ----------------------------------------------------------------------- */

  function menus(host) {
    var file = book.asking.put(make("input"), { type: "file", accept: ".json,application/json", hidden: "" })
    file.onchange = () => {
      if (file.files[0]) bring(host, file.files[0])
      file.value = ""
    }
    var ins = [button(word("bring-file"), () => file.click())]
    if (Object.keys(host.form.sample).length) ins.push(button(word("sample"), () => sample(host)))
    host.fileName = (ending, name) => fileName(host, ending, name)
    host.append(file)
    return [book.asking.menu(word("take-out"), outs(host)), book.asking.menu(word("bring-in"), ins)]
  }

  function holdsFile(event) { return event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files") }

  function listen(host, on) {
    on(window, "hashchange", () => receive(host))
    on(host.page, "dragover", (event) => { if (holdsFile(event)) event.preventDefault() })
    on(host.page, "drop", (event) => {
      if (!holdsFile(event)) return
      event.preventDefault()
      bring(host, event.dataTransfer.files[0])
    })
    receive(host)
  }

  book.carry = { menus, listen, json, open }
})()
