/* Patternbook's queries: an address read, written and answered, as core/query.py does it. No page, no state.
   A set of pages is bits, one per page, so that a choice costs next to nothing in a large book. */
(function () {
  "use strict"

  var SHOWN = { sort: ["best", "kind", "title", "reviewed"], view: ["cards", "list"] }

  function decode(text) {
    text = text.replace(/\+/g, " ")
    try { text = decodeURIComponent(text) } catch (_) { /* `100%` stands for itself */ }
    return text.trim()
  }

  /* As little as possible, to be read. */
  function encode(text, more) {
    return text.replace(/[\x00-\x1f"#%&+<>]/g, encodeURIComponent).replace(more, escape).replace(/ /g, "+")
  }

  /* Places of listed pages by id. */
  function ids(book) {
    return book.ids = book.ids || new Map(book.pages.flatMap(({ kind, id }, place) => {
      return book.kinds[kind].listed && id ? [[id, place]] : []
    }))
  }

  /* The id that a page has now. */
  function current(id, book) { return !ids(book).has(id) && Object.hasOwn(book.old, id) ? book.old[id] : id }

  /* What the book does not have is set aside: it stays in the address and selects nothing. */
  function parse(text, book) {
    var query = { clauses: [], unknown: [], q: "", sort: "", view: "" }
    text.replace(/^[\s?]+/, "").split(/[&\n]/).filter(Boolean).forEach((part) => {
      var [, name, not, value = ""] = /^([^=]*?)(!*)(?:=(.*))?$/.exec(part)
      var key = decode(name)
      if (key === "q") query.q = (query.q + " " + decode(value)).trim()
      else if (SHOWN[key] && SHOWN[key].includes(value)) query[key] = value
      else sort(query, key, !!not, value.split(",").map(decode).filter(Boolean), book)
    })
    return query
  }

  function sort(query, key, not, all, book) {
    var own = key === "id" ? ids(book) : new Map((book.keys.find((one) => one.id === key) || { values: [] }).values)
    if (key === "id") all = Array.from(new Set(all.map((id) => current(id, book))))
    var values = all.filter((value) => own.has(value))
    if (values.length) query.clauses.push({ key, not, values })
    var others = all.filter((value) => !values.includes(value)).map((value) => [value])
    ;(all.length ? others : [[]]).forEach((values) => query.unknown.push({ key, not, values }))
  }

  function clause(one) {
    var values = one.values.map((value) => encode(value, /,/g)).join()
    return encode(one.key, /[=!]/g) + (one.not ? "!" : "") + (values && "=" + values)
  }

  function order({ q, sort }) { return q ? sort || "best" : sort.replace("best", "") || "kind" }

  function write(query) {
    var { q, sort, view } = query
    var parts = query.clauses.concat(query.unknown).map(clause)
    if (q) parts.push("q=" + encode(q))
    if (order(query) !== order({ q, sort: "" })) parts.push("sort=" + sort)
    if (view === "list") parts.push("view=list")
    return parts.length ? "?" + parts.join("&") : ""
  }

  /* A query with a value chosen (`in`), left out (`out`) or neither. */
  function set(query, key, value, how) {
    var clauses = query.clauses.map((one) => ({ ...one, values: one.values.filter((other) => one.key !== key || other !== value) }))
    var not = how === "out"
    var own = clauses.find((one) => one.key === key && one.not === not)
    if (how && own) own.values.push(value)
    else if (how) clauses.push({ key, not, values: [value] })
    return { ...query, clauses: clauses.filter((one) => one.values.length) }
  }

  function has(query, key, value, not) { return query.clauses.some((one) => one.key === key && one.not === not && one.values.includes(value)) }

  /* Everything that can be taken away, each with the query that is then left. */
  function choices(query) {
    var known = query.clauses.map((one) => one.values.map((value) => ({ ...one, value, left: set(query, one.key, value) })))
    var unknown = query.unknown.map((one) => ({ name: clause(one), left: { ...query, unknown: query.unknown.filter((other) => other !== one) } }))
    return known.flat().concat(unknown, query.q ? { left: { ...query, q: "" } } : [])
  }

  function bits(places, size) {
    var set = new Uint32Array(Math.ceil(size / 32))
    places.forEach((place) => { set[place >> 5] |= 1 << (place & 31) })
    return set
  }

  function holds(set, place) { return set[place >> 5] & 1 << (place & 31) }

  /* How many pages two sets share. */
  function shared(a, b) {
    return a.reduce((sum, word, i) => {
      for (word &= b[i]; word; word &= word - 1) sum += 1
      return sum
    }, 0)
  }

  /* Made once: the pages that are listed, the set of each value, and the orders. */
  function index(book) {
    var { pages, kinds } = book
    var size = pages.length
    var title = Array.from(pages.keys()).filter((place) => kinds[pages[place].kind].listed)
    var by = (rank) => title.slice().sort((a, b) => rank(pages[a]) - rank(pages[b]) || a - b)
    var sets = { id: { get: (id) => bits([ids(book).get(id)], size) } }
    book.keys.forEach(({ id, values }, key) => {
      var carry = (value) => title.filter((place) => (pages[place].facts[key] || []).includes(value))
      sets[id] = new Map(values.map(([value], number) => [value, bits(carry(number), size)]))
    })
    return {
      size, sets, title, ids: ids(book),
      listed: bits(title, size),
      kind: by((page) => Object.keys(kinds).indexOf(page.kind)),
      reviewed: by((page) => page.reviewed ? -Date.parse(page.reviewed) : 0),
    }
  }

  /* The pages that a query selects, of those that hold its words; `without` passes over what is chosen of one key. */
  function select(index, query, text, without) {
    var found = index.listed.map((word, i) => text ? word & text[i] : word)
    // Who asks for pages that are gone wants no others.
    var named = ({ key, not }) => key === "id" && !not
    if (query.unknown.some(named) && !query.clauses.some(named)) found.fill(0)
    query.clauses.forEach(({ key, not, values }) => {
      var sets = values.map((value) => index.sets[key].get(value))
      if (not || key !== without) found.forEach((word, i) => {
        var any = sets.reduce((all, set) => all | set[i], 0)
        found[i] = word & (not ? ~any : any)
      })
    })
    return found
  }

  window.patternbook.query = { SHOWN, current, parse, write, order, set, has, choices, bits, holds, shared, index, select }
})()
