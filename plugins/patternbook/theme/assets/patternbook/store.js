/* Patternbook's store: what readers type and tick, kept in this browser and nowhere else.

   A record is one copy of a template or one run of a checklist. Each of its fields is an entry: the value, when it was written
   (`at`), by which opened copy (`by`), and up to when that one had seen the field (`was`). From this any two states of a record
   merge into one, in whatever order they are met, and what neither side had seen of the other stays beside (`others`). Merging,
   not the lock, is why nothing is lost: a page that is left cannot wait for a lock, and a site on plain http has none. With it
   two tabs only write over each other less often, before the storage event lets them put that right. */
(function () {
  "use strict"

  var book = window.patternbook
  var SOON = 200
  var LATE = 1000
  var LATEST = 864e13 // the last time that a clock can show: a later one is taken for this
  var copies = new Map() // by key. What could not be stored lives on here when the page's content is swapped.
  var latest = new Map()
  var rowsOf = new Map() // by key: whoever shows a list asks for it at every change, and most records are as they were
  var watchers = new Set()
  var trouble = ""

  /* --- the browser's store: its getter may throw, it may be missing, or full -------------------------- */

  function prefix() { return book.site.pathname + ".kept." + self.patternbookTools.book + "." }

  /* The text; `null` where there is none, `undefined` where the browser denies the look. */
  function read(key) {
    try { return localStorage.getItem(key) } catch (_) { trouble = "denied" }
  }

  function write(key, text) {
    try {
      localStorage.setItem(key, text)
      trouble = ""
    } catch (error) { trouble = /quota/i.test(error.name + error.message) ? "full" : "denied" }
    return !trouble
  }

  function erase(key) {
    try { localStorage.removeItem(key) } catch (_) { trouble = "denied" }
  }

  function keys() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(prefix()))
    } catch (_) {
      trouble = "denied"
      return []
    }
  }

  /* --- a record, as text and as Maps: what it holds may be anybody's --------------------------------------- */

  function object(value) { return !!value && typeof value === "object" && !Array.isArray(value) }

  function time(value) { return Number.isSafeInteger(value) && value >= 0 }

  function need(holds) { if (!holds) throw new TypeError() }

  function entry({ value, at, was = 0, by = "", others = [] }) {
    need(time(at) && at && time(was) && typeof by === "string" && Array.isArray(others))
    return {
      value: value === null ? undefined : value, at: Math.min(at, LATEST), was: Math.min(was, LATEST), by,
      others: others.length ? others : undefined,
    }
  }

  /* `later`: written by a later Patternbook. `undefined`: not a record. */
  function parse(text) {
    try {
      var data = JSON.parse(text)
      if (Number.isInteger(data.v) && data.v > 1) return { later: true }
      need(data.v === 1 && time(data.made) && object(data.fields) && typeof data.name.value === "string" && time(data.name.at))
      var label = { value: data.name.value, at: Math.min(data.name.at, LATEST) }
      return { made: Math.min(data.made, LATEST), label, entries: new Map(Object.entries(data.fields).map(([id, one]) => [id, entry(one)])) }
    } catch (_) { /* not ours to understand; see `setAside` */ }
  }

  function changed({ made, label, entries }) {
    return Math.min(LATEST, Math.max(label.at, ...Array.from(entries.values(), (one) => one.at)) || made)
  }

  function row(key, text) {
    var [, tool, copy] = /^([^.]+)\.(.+)$/s.exec(key.slice(prefix().length)) || []
    var found = isBad(copy) ? undefined : parse(text)
    var state = !found ? "bad" : found.later ? "newer" : ""
    if (state) found = { made: 0, label: { value: "", at: 0 }, entries: new Map() }
    return { tool, copy, name: found.label.value, made: found.made, changed: changed(found), size: text.length, state }
  }

  function isBad(copy) { return /\.bad\d*$/.test(copy) }

  /* --- values ------------------------------------------------------------------------------------------------ */

  /* Nobody else's array is kept, and nobody is given ours: what changes in place would never be seen to change. */
  function own(value) { return object(value) || Array.isArray(value) ? JSON.parse(JSON.stringify(value)) : value === null ? undefined : value }

  function sorted(_, value) { return object(value) ? Object.fromEntries(Object.entries(value).sort()) : value }

  function same(one, other) {
    return one === other || typeof one === "object" && typeof other === "object" && JSON.stringify(one, sorted) === JSON.stringify(other, sorted)
  }

  function all(one) { return [one.value].concat(one.others || []).filter((value) => value !== undefined) }

  function covers(one, other) { return all(other).every((value) => all(one).some((mine) => same(mine, value))) }

  /* The values that stand beside the first, each once. */
  function beside(first, values) {
    return values.filter((value, place) => value !== undefined && !same(value, first) && values.findIndex((one) => same(one, value)) === place)
  }

  function looks(one, other) { return same(one.value, other.value) && covers(one, other) && covers(other, one) }

  /* The entry that knew of the other, or that has all that is in the other. `null`: both are needed. `unsent`: nobody can know `mine`. */
  function winner(mine, theirs, unsent) {
    if (mine.by && mine.by === theirs.by) return mine.at > theirs.at ? mine : theirs
    if (mine.was >= theirs.at) return mine
    if (theirs.was >= mine.at && !unsent) return theirs
    if (!covers(theirs, mine)) return covers(mine, theirs) ? mine : null
    if (!covers(mine, theirs)) return theirs
    return mine.at > theirs.at || mine.at === theirs.at && mine.by > theirs.by ? mine : theirs
  }

  /* --- a copy ------------------------------------------------------------------------------------------------ */

  class Copy {
    constructor(tool, copy) {
      Object.assign(this, { tool, copy, key: prefix() + tool + "." + copy, me: fresh().slice(4), state: "", raw: "" })
      Object.assign(this, { made: Date.now(), label: { value: "", at: 0 }, entries: new Map(), unsent: new Set(), watchers: new Set() })
      Object.assign(this, { users: 0, clock: 0, timer: 0, dirty: false, gone: false, fixed: false, seen: null, aside: "" })
      if (isBad(copy)) Object.assign(this, { state: "bad", fixed: true, raw: read(this.key) || "" })
      else this.look()
    }

    get name() { return this.label.value }
    get changed() { return changed(this) }
    get stored() { return !this.dirty && !this.gone }

    get(id) { return this.entries.has(id) ? own(this.entries.get(id).value) : undefined }

    fields() { return Array.from(this.entries.keys()).filter((id) => this.entries.get(id).value !== undefined) }

    others(id) {
      var one = this.entries.get(id)
      return one && one.others ? own(beside(one.value, one.others)) : []
    }

    watch(run) {
      this.watchers.add(run)
      return () => { this.watchers.delete(run) }
    }

    /* --- changes by this tab --- */

    /* Later than all that was ever seen here, also when the clock goes back or stands still. */
    tick() { return this.clock = Math.max(Date.now(), this.clock + 1) }

    /* `was` stays while one goes on writing: it tells what of another's was seen, not what of one's own. */
    put(id, value, others) {
      var old = this.entries.get(id)
      var was = !old ? 0 : old.by === this.me ? old.was : old.at
      this.entries.set(id, { value: own(value), at: this.tick(), was, by: this.me, others: others.length ? others : undefined })
      this.unsent.add(id)
      this.later()
    }

    /* While two values wait for the reader, whatever of another tab's is written over waits with them. */
    set(id, value) {
      var old = this.entries.get(id)
      if (same(old && old.value, own(value))) return
      var others = old && old.others || []
      var taken = others.length > 0 && old.by !== this.me && old.value !== undefined
      this.put(id, value, taken ? others.concat([old.value]) : others)
      if (taken) this.tell([id])
    }

    settle(id, value) { this.put(id, value, []) }

    /* A field has a new name: all that is in it goes there, unless something is there already. */
    move(from, to) {
      var old = this.entries.get(from)
      if (!old || !all(old).length || this.entries.has(to) && all(this.entries.get(to)).length) return
      this.put(to, old.value, old.others || [])
      this.put(from, undefined, [])
    }

    rename(name) {
      if (name === this.label.value) return
      this.label = { value: String(name), at: this.tick() }
      this.later()
    }

    /* Other values for all fields. Undone, what was typed since stays beside. */
    replace(values) {
      var now = (id) => this.entries.has(id) ? this.entries.get(id).value : undefined
      var ids = Array.from(new Set([...this.entries.keys(), ...values.keys()])).filter((id) => !same(now(id), own(values.get(id))))
      var before = new Map(this.entries)
      ids.forEach((id) => this.put(id, values.get(id), []))
      var after = new Map(this.entries)
      this.tell(ids)
      return () => {
        ids.forEach((id) => this.back(id, before.get(id), after.get(id)))
        this.tell(ids)
      }
    }

    back(id, before, after) {
      var now = this.entries.get(id)
      var old = before || { value: undefined }
      var typed = same(now.value, after.value) ? [] : [now.value]
      this.put(id, old.value, beside(old.value, [...(old.others || []), ...typed, ...(now.others || [])]))
    }

    /* Gone at once; the same bytes come back, or join what another tab has written meanwhile. */
    remove() {
      var dirty = this.look().ahead || this.dirty
      var kept = [this.key, this.aside].filter(Boolean).map((key) => [key, read(key)])
      this.rest()
      this.dirty = false
      if (copies.get(this.key) === this) copies.delete(this.key)
      kept.forEach(([key]) => erase(key))
      forget(this.tool, this.copy)
      tell()
      return () => this.restore(kept, dirty)
    }

    restore(kept, dirty) {
      var now = copies.get(this.key) || this
      kept.forEach(([key, text]) => { if (typeof text === "string" && read(key) === null) write(key, text) })
      copies.set(this.key, now)
      var { ahead, news } = now.look()
      if (now !== this) ahead = now.absorb(this, news) || ahead
      now.dirty = now.dirty || dirty || ahead || now.gone || now !== this
      now.flush()
      now.tell(Array.from(news))
      tell()
    }

    /* --- to and from the browser's store --- */

    /* Not put off by the next letter: whoever types without a pause is stored all the same. */
    later() {
      this.dirty = true
      if (!copies.has(this.key)) copies.set(this.key, this)
      if (!this.timer) this.timer = setTimeout(() => this.save(), SOON)
    }

    rest() {
      clearTimeout(this.timer)
      this.timer = 0
    }

    /* A tab that was frozen may hold the lock: it is not waited for long. */
    save() {
      var now = () => this.flush()
      if (!navigator.locks) return now()
      this.timer = setTimeout(now, LATE)
      navigator.locks.request(this.key, now).catch(now)
    }

    flush() {
      this.rest()
      if (!this.dirty) return
      var { news } = this.look()
      if (!this.fixed) this.send()
      if (news.size) this.tell(Array.from(news))
      tell()
    }

    send() {
      var before = trouble
      var { tool, copy, label, made, entries } = this
      var text = JSON.stringify({ v: 1, tool, copy, name: label, made, fields: Object.fromEntries(entries) })
      if (!write(this.key, text)) return
      this.seen = text
      this.dirty = this.gone = false
      this.unsent.clear()
      if (before) copies.forEach((other) => other.flush())
    }

    /* What is in the store, and what another tab is `heard` to have written there, which may no longer be, or not yet. */
    look(heard) {
      var news = new Set()
      var ahead = false
      var text = isBad(this.copy) ? undefined : read(this.key)
      if (text === undefined) return { news, ahead }
      var said = heard && heard !== text && parse(heard)
      if (said && said.entries) {
        this.absorb(said, news)
        this.seen = null
      }
      this.gone = text === null && (this.entries.size > 0 || this.label.at > 0)
      if (text === null) Object.assign(this, { fixed: false, state: this.state.replace("newer", "") })
      else if (text !== this.seen) ahead = this.take(text, news)
      return { news, ahead }
    }

    take(text, news) {
      var found = parse(text)
      if (!found) return this.setAside(text)
      this.seen = text
      this.fixed = !!found.later
      this.state = found.later ? "newer" : this.state.replace("newer", "")
      if (found.later) this.raw = text
      return !found.later && this.absorb(found, news)
    }

    /* What cannot be read is kept under another name. Where there is no room for that it stays where it is, and is not written over. */
    setAside(text) {
      var name = this.key + ".bad"
      for (var n = 2; ![null, undefined, text].includes(read(name)); n++) name = this.key + ".bad" + n
      Object.assign(this, { state: "bad", raw: text, fixed: true })
      if (!write(name, text)) return false
      if (read(this.key) === text) erase(this.key)
      Object.assign(this, { fixed: false, aside: name, seen: null })
      return this.entries.size > 0
    }

    /* Another state of the record joins this one. Tells whether this one has something that the other lacks. */
    absorb(found, news) {
      var ahead = false
      this.clock = Math.max(this.clock, changed(found))
      found.entries.forEach((theirs, id) => { if (this.join(id, theirs, news)) ahead = true })
      var { value, at } = found.label
      var newer = at - this.label.at || (value > this.label.value) - (value < this.label.value)
      if (newer > 0) this.label = found.label
      this.made = Math.min(this.made, found.made)
      return ahead || newer < 0 || this.entries.size > found.entries.size
    }

    join(id, theirs, news) {
      var mine = this.entries.get(id)
      var one = mine ? winner(mine, theirs, this.unsent.has(id)) : theirs
      if (!one) one = { value: mine.value, at: this.tick(), was: theirs.at, by: this.me, others: beside(mine.value, [...all(theirs), ...all(mine)]) }
      else if (one === mine && mine.by !== theirs.by && mine.was < theirs.at) one = { ...mine, was: theirs.at }
      if (one === theirs) this.unsent.delete(id)
      else if (one !== mine) this.unsent.add(id)
      this.entries.set(id, one)
      if (!looks(mine || { value: undefined }, one)) news.add(id)
      return one !== theirs
    }

    /* Another tab wrote, or this one comes back to the light: what was told meanwhile may have been missed. */
    pull(heard) {
      var { news, ahead } = this.look(heard)
      if (ahead || this.dirty) this.later()
      this.tell(Array.from(news))
    }

    /* Who watches is not who stores: a fault there ends nothing here. */
    tell(ids) { this.watchers.forEach((run) => call(run, ids)) }

    /* What is not stored stays open, for as long as the tab does; not what the reader deleted elsewhere. */
    close() {
      this.users -= 1
      if (copies.get(this.key) !== this) return this.flush()
      this.dirty = this.look().ahead || this.dirty
      this.flush()
      if (this.users < 1 && !this.dirty && (!this.gone || this.deleted)) copies.delete(this.key)
    }
  }

  function call(run, ids) {
    try { run(ids) } catch (error) { setTimeout(() => { throw error }) }
  }

  function tell() { watchers.forEach((run) => call(run)) }

  /* --- all copies ---------------------------------------------------------------------------------------------- */

  function fresh() { return Array.from(crypto.getRandomValues(new Uint8Array(8)), (n) => (n % 36).toString(36)).join("") }

  function openCopy(tool, copy) {
    var id = copy || fresh()
    var key = prefix() + tool + "." + id
    var found = copies.get(key) || new Copy(tool, id)
    if (copies.has(key)) found.pull()
    copies.set(key, found)
    found.users += 1
    return found
  }

  function list() {
    var rows = new Map()
    keys().forEach((key) => {
      var text = read(key)
      var was = rowsOf.get(key) || {}
      if (text && was.text !== text) rowsOf.set(key, was = { text, row: row(key, text) })
      if (text && was.row.copy) rows.set(key, { ...was.row })
    })
    copies.forEach((one, key) => {
      var { tool, copy, name, made, changed, state } = one
      if (one.dirty) rows.set(key, { tool, copy, name, made, changed, size: (one.seen || "").length, state })
    })
    return Array.from(rows.values()).sort((one, other) => other.changed - one.changed)
  }

  /* Which copy this reader had open last: kept for the tab, for the browser, and here if neither may be. */
  function places(tool, act) {
    var name = book.site.pathname + ".last." + self.patternbookTools.book + "." + tool
    return ["sessionStorage", "localStorage"].map((kind) => {
      try { return act(window[kind], name) } catch (_) { return null }
    })
  }

  /* That of the tab, even if nothing is in it yet; that of the browser, if it is still there. */
  function last(tool, copy) {
    if (copy) {
      latest.set(tool, copy)
      places(tool, (store, name) => store.setItem(name, copy))
      return copy
    }
    var [tab, any] = places(tool, (store, name) => store.getItem(name))
    return latest.get(tool) || tab || any && read(prefix() + tool + "." + any) && any || ""
  }

  function forget(tool, copy) {
    if (latest.get(tool) === copy) latest.delete(tool)
    places(tool, (store, name) => { if (store.getItem(name) === copy) store.removeItem(name) })
  }

  function watch(run) {
    watchers.add(run)
    return () => { watchers.delete(run) }
  }

  function flushAll() { copies.forEach((copy) => copy.flush()) }

  function pullAll() {
    copies.forEach((copy) => copy.pull())
    if (copies.size) tell()
  }

  /* `key` is null where all was cleared. What leaves the store makes room, whosever it was. */
  function hear({ key, newValue }) {
    if (!self.patternbookTools) return
    copies.forEach((copy) => {
      var ours = copy.key === key
      if (ours) copy.deleted = newValue === null
      if (ours || key === null || trouble && newValue === null) copy.pull(ours && newValue)
    })
    if (key === null || key.startsWith(prefix())) tell()
  }

  addEventListener("storage", hear)
  addEventListener("pagehide", flushAll)
  // What no store took is lost with the tab: the browser asks before it closes.
  addEventListener("beforeunload", (event) => {
    flushAll()
    if (Array.from(copies.values()).some((copy) => copy.dirty && copy.fields().length)) event.preventDefault()
  })
  addEventListener("pageshow", pullAll)
  document.addEventListener("visibilitychange", () => { document.hidden ? flushAll() : pullAll() })

  book.store = { open: openCopy, fresh, list, last, watch, get state() { return trouble } }
})()
