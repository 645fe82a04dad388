/* Patternbook's forms while somebody writes: hints, limits, what cannot be so, sums, and drawings of what was chosen. */
(function () {
  "use strict"

  var book = window.patternbook
  var make = book.make

  /* The scripts of a form arrive in any order. */
  function word(name, values) { return book.asking.word(name, values) }

  function put(element, attributes) { return book.asking.put(element, attributes) }

  /* --- how much there is of an answer ----------------------------------------------------------------------- */

  function words(value) { return typeof value === "string" ? value.split(/\s+/).filter(Boolean).length : 0 }

  /* A number, or how many: `undefined` where nothing is said yet, for a blank form is not at fault. */
  function measure(field, value) {
    if (field.type === "number" || field.type === "scale") return typeof value === "number" ? value : undefined
    if (field.type === "text") return words(value) || undefined
    return Array.isArray(value) ? value.filter((one) => !book.controls.blank(one)).length || undefined : undefined
  }

  /* --- what is said at a field --------------------------------------------------------------------------------- */

  /* A part of a field with a name of its own, by which its controls are described while it says something. */
  function part(box, kind, field, value) {
    var found = box.querySelector(".pb-" + kind)
    if (!found && !value) return
    if (!found) (box.querySelector("fieldset") || box).append(found = put(make("span", "pb-" + kind), { id: kind + "--" + field.id }))
    book.asking.text(found, value)
    found.hidden = !value
    var owner = box.querySelector("fieldset") || book.controls.controls(box)[0]
    var ids = new Set((owner.getAttribute("aria-describedby") || "").split(" ").filter(Boolean))
    ids[value ? "add" : "delete"](found.id)
    if (ids.size) put(owner, { "aria-describedby": Array.from(ids).join(" ") })
    else owner.removeAttribute("aria-describedby")
  }

  /* The hints that have come to apply. */
  function hints(field, box, value) {
    var size = measure(field, value)
    return Array.from(box.querySelectorAll(".pb-hints li")).filter((line) => {
      var on = size > Number(line.dataset.above || Infinity) || size < Number(line.dataset.below || -Infinity)
      var was = line.classList.contains("pb-applies")
      line.classList.toggle("pb-applies", on)
      if (on && !was) line.prepend(make("strong", "", word("applies")), " ")
      if (was && !on) line.replaceChildren(line.lastChild.data)
      return on && !was
    }).map((line) => line.textContent)
  }

  function limit(field, value) {
    var { least, most } = field
    var count = measure(field, value)
    if (count === undefined || field.type === "number" || field.type === "scale") return ""
    var end = count < least ? "least" : most === undefined ? "" : "most"
    return end && word((field.type === "text" ? "words-" : "entries-") + end, { count, least, most })
  }

  function invalid(control, on) {
    if (on) control.setAttribute("aria-invalid", "true")
    else control.removeAttribute("aria-invalid")
  }

  /* Single controls with what they are to hold, and what they do. */
  function pieces(field, box) {
    var { rows, cells, controls, readLine } = book.controls
    if (field.type === "list") return rows(box).map((row) => [row.querySelector("textarea"), { type: "line" }, readLine(field, row)])
    if (field.type === "range") return controls(box).map((control) => [control, { type: "number" }, control.value])
    if (field.type !== "table") return controls(box).map((control) => [control, field, book.controls.read(field, box)])
    return rows(box).flatMap((row) => {
      var known = new Map(Object.entries(readLine(field, row)))
      return cells(field, row).map(([column, control]) => [control, column, known.get(column.id)])
    })
  }

  function unfinished(control) { return control.type === "date" && control.validity.badInput }

  /* Said once the field is left, and until it is mended. */
  function problem(field, box, value) {
    var said = self.patternbookTools.words
    var all = pieces(field, box)
    var half = all.some(([control]) => unfinished(control))
    var message = half ? said["fill-bad-date"] : book.fill.check(field, value, said)
    all.forEach(([control, type, one]) => {
      if (!/^(radio|checkbox)$/.test(control.type)) invalid(control, message && (unfinished(control) || book.fill.check(type, one, said)))
    })
    part(box, "problem", field, message)
  }

  function update(field, box, value) {
    part(box, "limit", field, limit(field, value))
    if (field.type === "table") totals(field, box, value)
    var clear = box.querySelector(".pb-clear")
    if (clear) clear.hidden = value === undefined
    return hints(field, box, value)
  }

  function totals(field, box, value) {
    var table = box.querySelector("table")
    var rows = Array.isArray(value) ? value : []
    var sums = field.columns.map(({ id, total }) => {
      var numbers = total ? rows.map((row) => row[id]).filter(Number.isFinite) : []
      return numbers.length ? String(Number(numbers.reduce((sum, one) => sum + one, 0).toFixed(6))) : ""
    })
    if (table.tFoot) table.tFoot.remove()
    if (!sums.some(Boolean)) return
    var name = sums.findIndex((sum) => !sum)
    table.append(make("tfoot", "", make("tr", "", sums.map((sum, place) => {
      var label = field.columns[place].label
      return put(make("td", "", place === name ? word("total") : sum), sum ? { "data-label": word("total-of", { label }) } : {})
    }))))
  }

  /* --- drawings ------------------------------------------------------------------------------------------------------ */

  /* The fields of each section in their order. */
  function sections(host) {
    var found = [[]]
    host.page.querySelectorAll("h2, [data-field]").forEach((part) => {
      var field = host.fields.get(part.dataset.field)
      if (part.localName === "h2") found.push([])
      else if (field) found[found.length - 1].push(field)
    })
    return found
  }

  /* Returns a function that draws anew. `read` tells the answer to a field. */
  function drawings(host, read) {
    var draws = sections(host).flatMap((fields) => {
      var scales = fields.filter((field) => field.type === "scale")
      var ranges = fields.filter((field) => field.type === "range")
      return ranges.map((field) => bar(host, field, ranges, read)).concat(scales.length > 2 ? profile(host, scales, read, fields[fields.length - 1]) : [])
    })
    return () => draws.forEach((draw) => draw())
  }

  function finite(range) { return range && Number.isFinite(range.low) && Number.isFinite(range.high) && range.low <= range.high }

  /* Between low and high, on the field's own measure or on the one that it shares with others of its unit. */
  function bar(host, field, ranges, read) {
    var alike = ranges.filter((one) => one.unit && one.unit === field.unit)
    var bounded = field.least !== undefined && field.most !== undefined
    var drawn
    return () => {
      var range = read(field)
      var all = bounded ? [{ low: field.least, high: field.most }] : alike.map(read).filter(finite)
      var [from, to] = [Math.min(0, ...all.map((one) => one.low)), Math.max(...all.map((one) => one.high))]
      if (bounded) from = field.least
      var on = finite(range) && (bounded || alike.length > 1) && to > from
      if (!drawn && !on) return
      if (!drawn) {
        host.boxes.get(field.id).append(drawn = put(make("span", "pb-bar", make("i")), { "aria-hidden": "true" }))
        host.live.signal.addEventListener("abort", () => drawn.remove())
      }
      drawn.hidden = !on
      if (!on) return
      var at = (value) => Math.min(100, Math.max(0, (value - from) / (to - from) * 100))
      drawn.firstChild.style.left = at(range.low) + "%"
      drawn.firstChild.style.width = at(range.high) - at(range.low) + "%"
    }
  }

  function svg(name, attributes, children) {
    var made = put(document.createElementNS("http://www.w3.org/2000/svg", name), attributes)
    made.append.apply(made, [].concat(children || []))
    return made
  }

  var LEFT = 198, GAP = 38, STEP = 40

  function x(value) { return LEFT + GAP * (value - 1) }

  /* As core/drawings.py draws a profile. */
  function row({ label, poles }, y) {
    var lines = [1, 2, 3, 4, 5].map((step) => svg("line", { class: "thin", x1: x(step), x2: x(step), y1: y - 4, y2: y + 4 }))
    return lines.concat(
      svg("text", { class: label.length > 26 ? "small" : "", x: 0, y: y - 2 }, label),
      svg("text", { class: "small quiet", x: 0, y: y + 13 }, poles ? poles.join(" – ") : ""),
      svg("line", { class: "thin", x1: LEFT, x2: x(5), y1: y, y2: y })
    )
  }

  function drawn(scales, values) {
    var y = (place) => 44 + STEP * place
    var heads = [1, 2, 3, 4, 5].map((step) => svg("text", { class: "small quiet", x: x(step), y: 14, "text-anchor": "middle" }, String(step)))
    var ways = values.map((value, place) => value && values[place + 1] && svg("line", {
      class: "bold", x1: x(value), y1: y(place), x2: x(values[place + 1]), y2: y(place + 1),
    })).filter(Boolean)
    var dots = values.map((value, place) => value && svg("circle", { class: "solid", cx: x(value), cy: y(place), r: 6 })).filter(Boolean)
    return [...heads, ...scales.flatMap((field, place) => row(field, y(place))), ...ways, ...dots]
  }

  function told(field, value) {
    var [low, high] = field.poles || ["", ""]
    return field.label + ": " + (value ? book.say(self.patternbookTools.words["of-five"], { value, low, high }) : word("no-answer"))
  }

  /* Below the last field of the section, since others may belong to the last scale. */
  function profile(host, scales, read, last) {
    var picture = svg("svg", { viewBox: "0 0 360 " + (28 + STEP * scales.length), role: "img" })
    var figure = make("figure", "pb-figure pb-profile-of", [picture, make("figcaption", "", word("profile"))])
    figure.hidden = true
    host.boxes.get(last.id).closest(".pb-page > *").after(figure)
    host.live.signal.addEventListener("abort", () => figure.remove())
    return () => {
      var values = scales.map((field) => [1, 2, 3, 4, 5].includes(read(field)) ? read(field) : 0)
      figure.hidden = !values.some(Boolean)
      picture.replaceChildren(...drawn(scales, values))
      put(picture, { "aria-label": scales.map((field, place) => told(field, values[place])).join("; ") })
    }
  }

  book.live = { words, measure, update, problem, drawings }
})()
