/* Patternbook's ways in and out for answers: clipboard, file, link. What comes in is somebody else's: it is read into maps,
   measured, typed field by field, and never run. No answer is sent anywhere: a link holds it behind the `#`. */
(function () {
  "use strict"

  var book = window.patternbook
  var SIZE = 1e6 // characters of a file, and of what a link unfolds to
  var LINK = 8000
  var DEPTH = 8
  var ROWS = 200 // entries that are taken, and that are told
  var NAME = 200

  function fault(code, more) { return Object.assign(new Error(code), { code }, more) }

  /* --- the clipboard --------------------------------------------------------------------------------- */

  /* Where the clipboard is denied or missing: a selection is copied, and what is copied is replaced. In an open dialog, since
     nothing outside of it can be selected. */
  function copyOld(html, text) {
    var focused = document.activeElement
    var area = book.make("textarea", "", text)
    var done = false
    function put(event) {
      event.preventDefault()
      event.stopImmediatePropagation()
      event.clipboardData.setData("text/plain", text)
      if (html) event.clipboardData.setData("text/html", html)
      done = true
    }
    area.readOnly = true
    area.style.position = "fixed"
    area.style.opacity = 0
    ;(document.querySelector("dialog[open]") || document.body).append(area)
    area.select()
    document.addEventListener("copy", put, true)
    try { document.execCommand("copy") } catch (_) { /* then nothing was copied, and the answer says so */ }
    document.removeEventListener("copy", put, true)
    area.remove()
    if (focused) focused.focus({ preventScroll: true })
    return done
  }

  /* Whether it is in the clipboard. */
  async function copyText(text) {
    try {
      await navigator.clipboard.writeText(text)
      return true
    } catch (_) { return copyOld("", text) }
  }

  async function copyRich(html, text) {
    try {
      var flavour = (type, content) => [type, new Blob([content], { type })]
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries([flavour("text/html", html), flavour("text/plain", text)]))])
      return true
    } catch (_) { return copyOld(html, text) }
  }

  /* --- files -------------------------------------------------------------------------------------------- */

  /* A name that every file system takes: what reads as a path, as a command or backwards is gone. */
  function fileName(name) {
    var ending = /\.[a-z0-9]{1,8}$/.exec(name) || [""]
    var safe = name.slice(0, name.length - ending[0].length).replace(/[\0- "*/:<>?\\|\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+/g, " ")
    safe = Array.from(safe.replace(/[\ud800-\udfff]/gu, "")).slice(0, 80).join("").replace(/^[ .~-]+|[ .]+$/g, "")
    if (!safe || /^(con|prn|aux|nul|com[0-9]|lpt[0-9])( *\.|$)/i.test(safe)) safe = "_" + safe
    return safe + ending[0]
  }

  /* The link is never on the page, so that nothing follows it but the browser. */
  function download(name, type, text) {
    var link = book.make("a")
    link.href = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }))
    link.download = fileName(name)
    link.click()
    setTimeout(() => URL.revokeObjectURL(link.href), 60000)
  }

  /* A cell that a spreadsheet would take for a formula is text. The mark at the start tells Excel the encoding. */
  function csv(rows) {
    return "\ufeff" + rows.map((row) => row.map((value) => {
      var text = String(value)
      if (/^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/.test(text) && !/^[-+]?[0-9]+(\.[0-9]+)?$/.test(text)) text = "'" + text
      return /[",;\r\n\t]|^ | $/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text
    }).join(",") + "\r\n").join("")
  }

  /* --- answers out ----------------------------------------------------------------------------------------- */

  function cleaned(_, value) { return typeof value === "string" ? book.fill.clean(value) : value }

  /* In the order of the form; answers to fields that are gone come after. */
  function whole(form, answers, name) {
    var order = new Set(form.fields.map((field) => field.id).concat(Array.from(answers.keys())))
    var entries = Array.from(order, (id) => [id, answers.get(id)]).filter((entry) => !book.fill.blank(entry[1]))
    return { patternbook: 1, template: form.id, name: name || "", answers: Object.fromEntries(entries) }
  }

  /* Signs that YAML takes for the end of a line, or for none, are written as numbers: the file is read as both. */
  function write(data, space) {
    return JSON.stringify(data, cleaned, space).replace(/[\xa0\u2028\u2029\ufeff]/g, (sign) => "\\u" + sign.charCodeAt(0).toString(16).padStart(4, "0"))
  }

  function json(form, answers, name) { return write(whole(form, answers, name), 2) + "\n" }

  /* --- answers in --------------------------------------------------------------------------------------------- */

  function parsed(text) {
    if (text.length > SIZE) throw fault("big")
    try { return JSON.parse(text.replace(/^\ufeff/, "")) } catch (_) { throw fault("json") }
  }

  /* Level by level: a file that is nested without end must not use up the stack. */
  function tooDeep(data) {
    var level = [data]
    for (var depth = 0; depth < DEPTH && level.length; depth++) level = level.flatMap((value) => value && typeof value === "object" ? Object.values(value) : [])
    return level.length > 0
  }

  function mapOf(data) { return new Map(data && typeof data === "object" && !Array.isArray(data) ? Object.entries(data) : []) }

  /* Answers with their envelope, or bare. */
  function opened(data, form) {
    var outer = mapOf(data)
    var version = outer.get("patternbook")
    if (version > 1) throw fault("newer")
    if (tooDeep(data)) throw fault("shape")
    if (version === undefined && form.fields.some((field) => outer.has(field.id) || outer.has(field.renamed))) return { name: "", answers: outer }
    var template = outer.get("template")
    if (version !== 1 || typeof template !== "string" || !outer.get("answers")) throw fault("shape")
    if (template !== form.id) throw fault("other", { title: titleOf(template) })
    if (typeof outer.get("answers") !== "object" || Array.isArray(outer.get("answers"))) throw fault("shape")
    return { name: outer.get("name"), answers: mapOf(outer.get("answers")) }
  }

  function titleOf(template) {
    var tool = mapOf(self.patternbookTools.tools).get(template)
    return tool ? tool.title : book.fill.clean(template).slice(0, 80)
  }

  /* What is right is taken, down to single entries and cells; what is not is told, with its value. */
  function take(field, value, found) {
    var right = book.fill.typed(field, value)
    if (right !== undefined || book.fill.blank(value)) return right
    var most = field.type === "multi" ? field.most || ROWS : ROWS
    var part = PARTS[field.type]
    if (!part || !Array.isArray(value)) return tell(field, value, found)
    if (value.length > most) tell(field, value, found, value.slice(most))
    return value.slice(0, most).map((one) => part(field, one, found)).filter((one) => one !== undefined)
  }

  function tell(field, value, found, rest) {
    var message = book.fill.check(field, value, self.patternbookTools.words)
    found.wrong.push([found.id, message, rest || value])
  }

  function row(field, value, found) {
    if (!value || typeof value !== "object" || Array.isArray(value)) return tell(field, value, found)
    var made = Object.create(null)
    Object.entries(value).forEach(([id, cell]) => {
      var column = named(field.columns, id)
      var right = column && take(column, cell, found)
      if (!column) found.unknown.push([found.id + "." + id, cell])
      else if (right !== undefined) made[column.id] = right
    })
    return Object.keys(made).length ? made : undefined
  }

  var PARTS = {
    list: (field, value, found) => take({ id: field.id, type: "line" }, value, found),
    multi: (field, value, found) => take({ id: field.id, type: "choice", options: field.options }, value, found),
    table: row,
  }

  /* A field by its name, or by the one that it had. */
  function named(fields, id) { return fields.find((field) => field.id === id) || fields.find((field) => field.renamed === id) }

  /* Text or a file. */
  async function read(source, form) {
    await book.load("assets/patternbook/fill.js")
    if (source.size > SIZE) throw fault("big")
    var { name, answers } = opened(parsed(typeof source === "string" ? source : await source.text().catch(() => { throw fault("json") })), form)
    var found = { answers: new Map(), unknown: [], wrong: [] }
    answers.forEach((value, id) => {
      var field = named(form.fields, id)
      if (!field) return found.unknown.push([id, value])
      if (field.id !== id && answers.has(field.id)) return found.unknown.push([id, value])
      found.id = field.id
      var right = take(field, value, found)
      if (!book.fill.blank(right)) found.answers.set(field.id, right)
    })
    var title = typeof name === "string" ? Array.from(book.fill.clean(name).replace(/[\n\t]+/g, " ").trim()).slice(0, NAME).join("") : ""
    return { name: title, answers: found.answers, unknown: found.unknown.slice(0, ROWS), wrong: found.wrong.slice(0, ROWS) }
  }

  /* --- a link: everything is behind the `#`, which no browser sends ------------------------------------------- */

  /* What comes out of a stream of bytes, and no more than may. */
  async function drawn(stream, most) {
    var reader = stream.getReader()
    var parts = []
    for (var size = 0, next; !(next = await reader.read()).done; parts.push(next.value)) {
      size += next.value.length
      if (size <= most) continue
      reader.cancel().catch(() => { /* it is given up in any case */ })
      throw fault("big")
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer())
  }

  function piped(bytes, stream) { return new Blob([bytes]).stream().pipeThrough(stream) }

  /* Not every browser has one, nor of this sort. */
  function folder() {
    try { return new CompressionStream("deflate-raw") } catch (_) { return null }
  }

  function base64(bytes) {
    var text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
  }

  /* The first sign says how it is packed: `1` folded, `0` as it is. */
  async function link(form, answers, name) {
    await book.load("assets/patternbook/fill.js")
    var bytes = new TextEncoder().encode(write(whole(form, answers, name)))
    var fold = folder()
    var packed = fold ? await drawn(piped(bytes, fold), Infinity) : bytes
    var url = new URL(form.url, book.site)
    url.hash = "answers=" + (fold ? "1" : "0") + base64(packed)
    if (url.href.length > LINK) throw fault("long")
    return url.href
  }

  async function unpacked(code) {
    if (code.length > SIZE * 1.4) throw fault("big")
    try {
      var bytes = Uint8Array.from(atob(code.slice(1).replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0))
      if (code[0] === "1") bytes = await drawn(piped(bytes, new DecompressionStream("deflate-raw")), SIZE)
      else if (code[0] !== "0") throw fault("json")
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes)
    } catch (error) { throw error.code === "big" ? error : fault("json") }
  }

  async function fromLink(hash, form) { return read(await unpacked(hash.replace(/^#?answers=/, "")), form) }

  book.transfer = { copyText, copyRich, download, fileName, csv, json, read, link, fromLink }
})()
