/* Patternbook's controls of a form: from what stands in them to the answer that is kept, and back; rows of lists and tables.
   What is not a number or a day yet is kept as the text that it is. */
(function () {
  "use strict"

  var book = window.patternbook
  var ROWS = 200

  /* --- answers ------------------------------------------------------------------------------------------ */

  function blank(value) {
    if (Array.isArray(value)) return value.every(blank)
    if (value && typeof value === "object") return Object.values(value).every((one) => one === false || blank(one))
    return book.fill.blank(value)
  }

  /* What two answers must share to be the same: no empty ends, no order where there is none. */
  function bare(field, value) {
    if (!value || typeof value !== "object") return blank(value) || value === false ? null : value
    if (!Array.isArray(value)) return Object.entries(value).filter(([, one]) => one !== false && !blank(one)).sort()
    var all = value.map((one) => bare({}, one))
    while (all.length && blank(value[all.length - 1])) all.pop()
    return field.type === "multi" ? all.sort() : all
  }

  function same(field, one, other) {
    return JSON.stringify([blank(one) ? null : bare(field, one)]) === JSON.stringify([blank(other) ? null : bare(field, other)])
  }

  /* The answer as it is given away: rows that nobody wrote in are none. */
  function answer(value) {
    var found = Array.isArray(value) ? value.filter((one) => !blank(one)) : value
    return blank(found) ? undefined : found
  }

  /* --- one control ------------------------------------------------------------------------------------------ */

  function controls(box) { return Array.from(box.querySelectorAll("textarea, input, select")) }

  function numeric(text) {
    var found = book.fill.typed({ type: "number" }, text)
    return found === undefined ? text : found
  }

  function readOne({ type }, control) {
    if (type === "tick") return control.checked
    if (!control.value) return undefined
    return type === "number" || type === "range" || type === "scale" ? numeric(control.value) : control.value
  }

  function writeOne({ type }, control, value) {
    if (type === "tick") control.checked = value === true
    else {
      var text = typeof value === "string" || typeof value === "number" ? String(value) : ""
      if (control.value !== text) control.value = text
    }
  }

  /* --- a field ------------------------------------------------------------------------------------------------ */

  function chosen(box) { return Array.from(box.querySelectorAll(":checked"), (control) => control.value) }

  function choose(box, values) { controls(box).forEach((control) => { control.checked = values.includes(control.value) }) }

  function cells(field, row) { return field.columns.map((column) => [column, row.querySelector(`[data-column="${column.id}"] :is(textarea, input, select)`)]) }

  /* A box in a row that is written in says no as well as yes. */
  function readRow(field, row) {
    var found = cells(field, row).map(([column, control]) => [column, readOne(column, control)])
    var empty = found.every(([, value]) => value === false || blank(value))
    return Object.fromEntries(found.filter(([, value]) => !empty && value !== undefined).map(([column, value]) => [column.id, value]))
  }

  function trimmed(list) {
    while (list.length && blank(list[list.length - 1])) list.pop()
    return list.length ? list : undefined
  }

  function ends(box) { return Array.from(box.querySelectorAll("[data-end]")) }

  function read(field, box) {
    if (field.type === "list") return trimmed(rows(box).map((row) => row.querySelector("textarea").value))
    if (field.type === "table") return trimmed(rows(box).map((row) => readRow(field, row)))
    if (field.type === "multi") return trimmed(chosen(box))
    if (field.type === "range") {
      var found = ends(box).map((control) => [control.dataset.end, readOne(field, control)]).filter(([, value]) => value !== undefined)
      return found.length ? Object.fromEntries(found) : undefined
    }
    if (box.querySelector("[type=radio]")) return readOne(field, { value: chosen(box)[0] || "" })
    return readOne(field, controls(box)[0])
  }

  function write(field, box, value) {
    var at = new Map(value && typeof value === "object" ? Object.entries(value) : [])
    if (field.type === "list" || field.type === "table") writeRows(field, box, Array.isArray(value) ? value : [])
    else if (field.type === "range") ends(box).forEach((control) => writeOne(field, control, at.get(control.dataset.end)))
    else if (field.type === "multi") choose(box, Array.isArray(value) ? value : [])
    else if (box.querySelector("[type=radio]")) choose(box, [String(value)])
    else writeOne(field, controls(box)[0], value)
    controls(box).forEach(fit)
  }

  function fit(control) { if (control.localName === "textarea") book.asking.fit(control) }

  /* --- rows ------------------------------------------------------------------------------------------------------ */

  function rows(box) { return Array.from(box.querySelectorAll(".pb-entries > li, .pb-grid > tbody > tr")) }

  function readLine(field, row) { return field.type === "list" ? row.querySelector("textarea").value : readRow(field, row) }

  function writeLine(field, row, value) {
    if (field.type === "list") return writeOne(field, row.querySelector("textarea"), value)
    var known = new Map(value && typeof value === "object" ? Object.entries(value) : [])
    cells(field, row).forEach(([column, control]) => writeOne(column, control, known.get(known.has(column.id) ? column.id : column.renamed)))
  }

  /* Ids and names go by the place of a row. */
  function number(field, row, place) {
    controls(row).forEach((control) => {
      var cell = control.closest("[data-column]")
      var column = cell && field.columns.find((one) => one.id === cell.dataset.column)
      control.id = ["in", field.id, place].concat(column ? column.id : []).join("--")
      control.setAttribute("aria-label", (column || field).label + ", " + place)
    })
  }

  function add(field, box) {
    var all = rows(box)
    var row = all[0].cloneNode(true)
    row.querySelectorAll(".pb-row-tools").forEach((tools) => tools.remove())
    controls(row).forEach((control) => {
      control.removeAttribute("aria-invalid")
      control.style.height = ""
    })
    number(field, row, all.length + 1)
    writeLine(field, row)
    all[0].parentNode.append(row)
    return row
  }

  function room(field, box) { return rows(box).length < Math.min(field.most || ROWS, ROWS) }

  /* As many rows as are written in and one more, and never fewer than the page came with. */
  function grow(field, box) {
    var all = rows(box)
    box.least = box.least || all.length
    var used = all.reduce((last, row, place) => blank(readLine(field, row)) ? last : place + 1, 0)
    if (used === all.length && room(field, box)) add(field, box)
    all.slice(Math.max(used + 1, box.least)).forEach((row) => { if (!row.contains(document.activeElement)) row.remove() })
  }

  function writeRows(field, box, values) {
    box.least = box.least || rows(box).length
    for (var missing = Math.min(values.length, ROWS) - rows(box).length; missing > 0; missing--) add(field, box)
    rows(box).forEach((row, place) => writeLine(field, row, values[place]))
    grow(field, box)
  }

  book.controls = { blank, same, answer, controls, read, write, fit, rows, readLine, add, number, room, grow, cells }
})()
