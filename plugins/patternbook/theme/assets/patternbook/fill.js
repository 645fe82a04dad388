/* Patternbook's filled templates: answers checked, and written out as Markdown and as HTML. No page, no state.
   The twin of core/filled.py: tests/fill.yml runs through both, byte for byte. So the rules are of ASCII and of ranges written
   out, since what \s, \w and a locale mean differs between the two. White space is space, tab and the ends of lines. */
(function () {
  "use strict"

  var book = window.patternbook
  var BLANK = "______"
  var LINE = 1000, TEXT = 20000, ROWS = 200, OPTIONS = 500

  /* --- text: what may stand in a document ------------------------------------------------------------ */

  var INK = /[^\0- \x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/

  // What an address never holds. In running text it ends before the sentence does, and a bracket is its own if it was opened in it.
  var OUT = "\\0- \"<>\\\\^`{|}\\x7f-\\xa0\\u2000-\\u200f\\u2028-\\u206f\\u3000\\ufeff;\\[\\]"
  var PAIR = "\\([^" + OUT + "()]*\\)"
  var WHOLE = new RegExp("^(?:https?://|mailto:)[^" + OUT + "]+$")
  var WITHIN = new RegExp("(https?://(?:[^" + OUT + "()]|" + PAIR + ")*(?:[^" + OUT + "().,:!?'*_~\\u2010-\\u2027]|" + PAIR + "))")

  /* Text that a file can hold: one sort of line end, no controls, no halves of signs. */
  function clean(text) {
    var ends = text.replace(/[\ud800-\udfff]/gu, "\ufffd").replace(/\r\n?|[\x0b\x0c\x85]/g, "\n")
    return ends.replace(/[\0-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff]/g, "")
  }

  function tight(text) { return text.replace(/[\n\t \u2028\u2029]+/g, " ") }

  function lines(text) {
    return clean(text).split("\n").map((line) => INK.test(line) ? tight(line).replace(/^ | $/g, "") : "")
  }

  function one(text) { return lines(text).filter(Boolean).join(" ") }

  /* A line is a list of texts, of links ({link}) and of blanks (null). Texts side by side are one, so that what arises between
     them is seen. */
  function joined(parts) {
    var others = parts.filter((part) => typeof part !== "string")
    var text = tight(parts.map((part) => typeof part === "string" ? clean(part) : "\0").join("")).replace(/^ | $/g, "")
    return text.split(/(\0)/).map((part) => part === "\0" ? others.shift() : part).filter((part) => part !== "")
  }

  function linked(text, whole) {
    if (whole && WHOLE.test(text)) return [{ link: text }]
    return text.split(WITHIN).map((part, place) => place % 2 ? { link: part } : part).filter((part) => part !== "")
  }

  /* --- answers as lines --------------------------------------------------------------------------------- */

  function word(name) { return self.patternbookTools.words[name] }

  /* As few digits as tell the number, at most six behind the point. */
  function number(value) {
    var text = String(value)
    if (!/^-?[0-9]+(\.[0-9]{1,6})?$/.test(text)) text = value.toFixed(6).replace(/\.?0+$/, "")
    return text === "-0" ? "0" : text
  }

  function measured(field, value) {
    if (field.type !== "scale") return one(number(value) + " " + (field.unit || ""))
    var [low, high] = field.poles || ["", ""]
    return low || high ? book.say(word("of-five"), { value: number(value), low, high }) : number(value) + "/5"
  }

  function range(field, { low, high }) {
    if (![low, high].some(Number.isFinite)) return []
    var end = (value) => Number.isFinite(value) ? number(value) : null
    return joined([end(low), " " + word("to") + " ", end(high), " " + (field.unit || "")])
  }

  /* A simple answer on one line. What is of another type than its field is said as it is: nothing is lost over that. */
  function line(field, value) {
    if (typeof value === "boolean") return [value ? "☑" : "☐"]
    if (typeof value === "number") return joined([measured(field, value)])
    if (typeof value === "string") {
      var option = new Map(field.options || []).get(value)
      return option === undefined ? linked(one(value), field.type === "link") : joined([option])
    }
    if (Array.isArray(value)) return row(entries(field, value))
    return field.type === "range" && value ? range(field, value) : []
  }

  function entries(field, value) { return value.filter((item) => !Array.isArray(item)).map((item) => line(field, item)).filter((parts) => parts.length) }

  function row(all) { return joined(all.flatMap((parts, place) => place ? [", "].concat(parts) : parts)) }

  /* --- blocks ------------------------------------------------------------------------------------------- */

  function paragraphs(text) {
    return lines(text).join("\n").split(/\n\n+/).map((part) => part.split("\n").filter(Boolean)).filter((part) => part.length)
      .map((part) => ["paragraph", part.map((one) => linked(one))])
  }

  /* A cell is a list of lines. What the numbers of a scale mean stands in the head. */
  function cell(column, value) {
    if (typeof value === "string" && column.type === "text") return lines(value).filter(Boolean).map((one) => linked(one))
    if (typeof value === "number" && column.type === "scale") return [[number(value)]]
    return [line(column, value)].filter((parts) => parts.length)
  }

  function head(column) {
    var [low, high] = column.type === "scale" && column.poles || ["", ""]
    return one(column.label + (low || high ? " (1 " + low + ", 5 " + high + ")" : ""))
  }

  function table(field, value) {
    var rows = value.filter((row) => row && typeof row === "object").map((row) => {
      var known = new Map(Object.entries(row))
      return field.columns.map((column) => cell(column, known.get(column.id)))
    }).filter((cells) => cells.some((lines) => lines.length))
    return rows.length ? [["table", field.columns.map(head), rows]] : []
  }

  function content(field, value) {
    if (Array.isArray(value)) {
      if (field.type === "table") return table(field, value)
      var items = entries(field, value)
      return items.length ? [["items", false, items]] : []
    }
    if (typeof value === "string" && field.type === "text") return paragraphs(value)
    var parts = line(field, value)
    return parts.length ? [["paragraph", [parts]]] : []
  }

  function own(field, value) {
    if (field.type === "tick" && typeof value === "boolean") return [["tasks", [[value, one(field.label)]]]]
    var body = content(field, value)
    return body.length ? [["label", one(field.label)]].concat(body) : []
  }

  /* A sentence with the blanks that are left; none of one in which nothing is answered. */
  function sentence(marker, runs, fields, answers) {
    var parts = runs.map((run) => typeof run === "string" ? [run] : fields.has(run.field) ? line(fields.get(run.field), answers.get(run.field)) : [])
    if (!runs.some((run, place) => typeof run !== "string" && parts[place].length)) return []
    var whole = joined(parts.flatMap((part) => part.length ? part : [null]))
    return [marker ? ["items", marker !== "- ", [whole]] : ["paragraph", [whole]]]
  }

  /* A heading stays if something stands below it. */
  function close(found, level) {
    while (found.length && found[found.length - 1][0] === "heading" && found[found.length - 1][1] >= level) found.pop()
  }

  function add(found, block, apart) {
    var last = found[found.length - 1]
    var same = !apart && last && last[0] === block[0]
    if (same && block[0] === "tasks") found[found.length - 1] = ["tasks", last[1].concat(block[1])]
    else if (same && block[0] === "items" && last[1] === block[1]) found[found.length - 1] = ["items", last[1], last[2].concat(block[2])]
    else found.push(block)
  }

  function blocks(form, answers, name) {
    var fields = new Map(form.fields.map((field) => [field.id, field]))
    var placed = new Set()
    var found = [], before = ""
    var put = (kind, made) => made.forEach((block) => {
      add(found, block, kind !== before)
      before = kind
    })
    var place = (id) => put("field", own(fields.get(id), answers.get(id)))
    form.outline.forEach(([kind, first, second]) => {
      if (kind === "heading") {
        close(found, first)
        found.push(["heading", first, one(second)])
      } else if (kind === "field") {
        placed.add(first)
        if (fields.has(first)) place(first)
      } else {
        second.forEach((run) => placed.add(run.field))
        put("sentence", sentence(first, second, fields, answers))
      }
    })
    close(found, 0)
    form.fields.forEach((field) => { if (!placed.has(field.id)) place(field.id) })
    return [["title", [form.title, name || ""].map(one).filter(Boolean).join(": ")]].concat(found)
  }

  /* --- Markdown: it shows just the text, wherever it is pasted -------------------------------------------- */

  var STARTS = [
    [/^(?=[#>]|!!!|[-+](?:[ :=+-]|$))/, "\\"],
    [/^([0-9]+)(?=[.)](?: |$))/, "$1\\"],
    [/^=(?=[=-]*$)/, "&#61;"],
    [/^:(?= |-+:?$)/, "&#58;"],
  ]

  /* Signs that not every converter takes back from behind a backslash are written out. A `~` before a word strikes nothing. */
  function escaped(text) {
    return text.replace(/[\\`*_{[\]|]/g, "\\$&").replace(/&(?=#?[0-9A-Za-z]+;)/g, "&amp;").replace(/<(?![0-9.,]*(?: |$))/g, "&lt;")
      .replace(/(^| )~(?!~)|~/g, (all, before) => before === undefined ? "&#126;" : all)
  }

  function mdInline(parts) {
    var others = parts.filter((part) => typeof part !== "string")
    var text = escaped(parts.map((part) => typeof part === "string" ? part : "\0").join(""))
    return text.replace(/( ?)\0/g, (_, before, place) => {
      var part = others.shift()
      if (!part) return before + (before || !place ? BLANK : BLANK.replace(/_/g, "\\_"))
      return before + (part.link.startsWith("mailto:") ? escaped(part.link) : "<" + part.link + ">")
    })
  }

  function mdLine(parts) { return STARTS.reduce((text, [pattern, by]) => text.replace(pattern, by), mdInline(parts)) }

  function mdHeading(level, text) {
    return "#".repeat(level) + " " + escaped(text).replace(/#+$/, (signs) => signs.replace(/#/g, "\\#"))
  }

  function mdRow(cells) { return "| " + cells.join(" | ") + " |" }

  var MD = {
    title: (text) => mdHeading(1, text),
    heading: mdHeading,
    label: (text) => "**" + escaped(text) + "**",
    paragraph: (all) => all.map(mdLine).join("  \n"),
    items: (ordered, all, bullet) => all.map((parts, place) => (ordered ? place + 1 + "." : bullet) + " " + mdLine(parts)).join("\n"),
    tasks: (all, bullet) => all.map(([done, text]) => bullet + " [" + (done ? "x" : " ") + "] " + escaped(text)).join("\n"),
    table: (head, rows) => [mdRow(head.map(escaped)), "|" + " --- |".repeat(head.length)]
      .concat(rows.map((cells) => mdRow(cells.map((all) => all.map(mdInline).join("<br>"))))).join("\n"),
  }

  /* Two lists side by side stay two by another sign. */
  function markdown(blocks) {
    var bullet = ""
    return blocks.map(([kind, ...rest]) => {
      bullet = kind === "tasks" || kind === "items" && !rest[0] ? bullet === "-" ? "*" : "-" : ""
      return MD[kind].apply(null, rest.concat(bullet))
    }).join("\n\n") + "\n"
  }

  /* --- HTML: for the clipboard; no attribute but href ------------------------------------------------------ */

  function safe(text) { return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;") }

  function tag(name, inner) { return "<" + name + ">" + inner + "</" + name + ">" }

  function htmlInline(parts) {
    return parts.map((part) => {
      if (typeof part === "string") return safe(part)
      return part ? '<a href="' + safe(part.link) + '">' + safe(part.link) + "</a>" : BLANK
    }).join("")
  }

  function htmlLines(all) { return all.map(htmlInline).join("<br>") }

  var HTML = {
    title: (text) => tag("h1", safe(text)),
    heading: (level, text) => tag("h" + level, safe(text)),
    label: (text) => tag("p", tag("strong", safe(text))),
    paragraph: (all) => tag("p", htmlLines(all)),
    items: (ordered, all) => tag(ordered ? "ol" : "ul", all.map((parts) => tag("li", htmlInline(parts))).join("")),
    tasks: (all) => tag("ul", all.map(([done, text]) => tag("li", (done ? "☑ " : "☐ ") + safe(text))).join("")),
    table: (head, rows) => tag("table", tag("thead", tag("tr", head.map((text) => tag("th", safe(text))).join("")))
      + tag("tbody", rows.map((cells) => tag("tr", cells.map((all) => tag("td", htmlLines(all))).join(""))).join(""))),
  }

  function html(blocks) { return blocks.map(([kind, ...rest]) => HTML[kind].apply(null, rest) + "\n").join("") }

  /* --- answers checked, within the limits of core/frontmatter.py --------------------------------------------- */

  function wrong(key, values) { return { key, values } }

  function blank(value) {
    return value === undefined || value === null || typeof value === "string" && !INK.test(value) || Array.isArray(value) && !value.length
  }

  function text(value, most, single) {
    if (typeof value === "number") value = String(value)
    if (typeof value !== "string") return wrong("bad-shape")
    value = clean(value)
    if (single && /[\n\u2028\u2029]/.test(value.replace(/^[\n\t ]+|[\n\t ]+$/g, ""))) return wrong("bad-shape")
    return Array.from(value).length > most ? wrong("too-long", { most }) : { value }
  }

  /* At most 12 digits before the point and 6 behind it; text that is such a number counts as one. */
  function numeric(value, least, most) {
    if (typeof value === "string" && /^[-+]?[0-9]{1,12}(\.[0-9]{1,6})?$/.test(value.trim())) value = Number(value)
    if (typeof value !== "number" || !/^-?[0-9]{1,12}(\.[0-9]{1,6})?$/.test(String(value))) return wrong("bad-number")
    if (least !== undefined && value < least) return wrong("too-low", { least })
    return most !== undefined && value > most ? wrong("too-high", { most }) : { value }
  }

  function day(value) {
    if (typeof value !== "string" || !/^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value)) return wrong("bad-date")
    var [year, month, number] = value.split("-").map(Number)
    var date = new Date(0)
    date.setUTCFullYear(year, month - 1, number)
    return date.toISOString().slice(0, 10) === value ? { value } : wrong("bad-date")
  }

  function ends(value) {
    var [low, high] = ["low", "high"].map((end) => numeric(value && typeof value === "object" ? value[end] : undefined))
    return low.key || high.key ? wrong("bad-range") : { value: { low: low.value, high: high.value } }
  }

  function option(field, value) {
    var known = text(value, LINE, true).value
    return field.options.some(([id]) => id === known) ? { value: known } : wrong("bad-option")
  }

  function flag(value) {
    var found = new Map([[true, true], [false, false], ["true", true], ["yes", true], ["false", false], ["no", false]]).get(value)
    return found === undefined ? wrong("bad-shape") : { value: found }
  }

  function whole(value) {
    var found = numeric(value, 1, 5)
    return found.key || Number.isInteger(found.value) ? found : wrong("bad-number")
  }

  function all(value, most, read) {
    if (!Array.isArray(value)) return wrong("bad-shape")
    if (value.length > most) return wrong("too-many", { most })
    var found = value.map(read)
    return found.find((one) => one.key) || { value: found.map((one) => one.value) }
  }

  /* Rows without a prototype: a column may have any name. */
  function cells(field, row) {
    if (!row || typeof row !== "object" || Array.isArray(row)) return wrong("bad-shape")
    var made = Object.create(null)
    for (var [id, value] of Object.entries(row)) {
      var column = field.columns.find((one) => one.id === id)
      var found = column ? blank(value) ? {} : judge(column, value) : wrong("bad-shape")
      if (found.key) return found
      if ("value" in found) made[id] = found.value
    }
    return { value: made }
  }

  var JUDGES = {
    text: (_, value) => text(value, TEXT),
    number: (field, value) => numeric(value, field.least, field.most),
    date: (_, value) => day(value),
    range: (_, value) => ends(value),
    choice: option,
    horizon: option,
    multi: (field, value) => all(Array.isArray(value) ? Array.from(new Set(value)) : value, field.most || OPTIONS, (item) => option(field, item)),
    tick: (_, value) => flag(value),
    scale: (_, value) => whole(value),
    list: (_, value) => all(value, ROWS, (item) => text(item, LINE, true)),
    table: (field, value) => all(value, ROWS, (row) => cells(field, row)),
  }

  function judge(field, value) {
    if (blank(value)) return {}
    return JUDGES[field.type] ? JUDGES[field.type](field, value) : text(value, LINE, true)
  }

  /* What is allowed in a file and yet not meant: more words or entries than asked for, ends the wrong way round. */
  function meant(field, value) {
    var most = field.most
    if (field.type === "range" && value.low > value.high) return wrong("bad-range")
    if (field.type === "text" && most && value.split(/\s+/).filter(Boolean).length > most) return wrong("too-many-words", { most })
    return Array.isArray(value) && most && value.length > most ? wrong("too-many", { most }) : {}
  }

  function check(field, value, words) {
    var found = judge(field, value)
    if ("value" in found) found = meant(field, found.value)
    return found.key ? book.say(words["fill-" + found.key], found.values || {}) : ""
  }

  /* An answer as its field's type has it, or nothing. */
  function typed(field, value) { return judge(field, value).value }

  function valid(field, value) { return !judge(field, value).key }

  book.fill = { blocks, markdown, html, check, valid, typed, clean, blank }
})()
