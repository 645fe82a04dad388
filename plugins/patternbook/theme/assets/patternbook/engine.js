/* Patternbook's text engine: one for the search box, Browse and "What are you seeing?".
   Runs in a worker, or in the page where a browser allows none (from a folder). MiniSearch does the looking up. */
(function (scope) {
  "use strict"

  var BOOST = { title: 8, aka: 6, said: 4, keywords: 4, summary: 3, headings: 2, words: 1 }
  var AT_ONCE = 25 // pages that are read before the page may breathe
  var SOUND = "~" // begins the name of a group of words that mean about the same

  /* --- words -------------------------------------------------------------------------------------- */

  function split(text) { return text.split(/[^\p{L}\p{N}'’]+/u).filter(Boolean) }

  function plain(word) {
    return word.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/['’]s?$/, "").replace(/['’]/g, "")
  }

  /* Words as they are compared: without case, accents, possessives and the endings that the book's language adds to a word. */
  function folder(endings) {
    var known = new Map()
    function fold(word) {
      var found = known.get(word)
      if (found !== undefined) return found
      var text = plain(word)
      var ending = text.length > 3 && endings.find(function (end) { return text.length - end.length > 2 && text.endsWith(end) })
      if (ending) text = text.slice(0, -ending.length)
      if (ending && /([^aeiou])\1$/.test(text) && text.length > 3) text = text.slice(0, -1)
      known.set(word, text)
      return text
    }
    return fold
  }

  /* --- the engine --------------------------------------------------------------------------------- */

  function Engine(book, words) {
    var engine = this
    this.fold = folder(words.endings)
    this.skipped = new Set(words.skip.map(plain))
    this.groups = new Map()
    this.phrases = new Map()
    words.synonyms.forEach(this.group, this)
    this.known = new Map()
    this.kinds = book.kinds
    this.lexicon = words.lexicon.split(" ")
    this.pages = book.pages.map(function (page, place) { return Object.assign({}, page, words.pages[place], { id: place }) })
    this.index = new scope.MiniSearch({
      fields: Object.keys(BOOST),
      storeFields: [],
      extractField: function (page, field) {
        var value = field in page ? page[field] : ""
        if (field === "words") return value && engine.text(value)
        return Array.isArray(value) ? value.join(" . ") : value
      },
      tokenize: this.tokens.bind(this),
      processTerm: this.terms.bind(this),
      searchOptions: { boost: BOOST },
    })
  }

  /* A page's words, which stand in the data as distances in the lexicon. */
  Engine.prototype.text = function (distances) {
    var place = 0
    return distances.split(" ").map(function (step) { return this.lexicon[place += parseInt(step, 36)] }, this).join(" ")
  }

  Engine.prototype.group = function (words, number) {
    var engine = this
    words.forEach(function (text) {
      var parts = split(text).map(engine.fold)
      if (parts.length > 1) engine.phrases.set(parts[0], (engine.phrases.get(parts[0]) || []).concat({ parts: parts, sound: SOUND + number }))
      else if (parts.length) engine.groups.set(parts[0], (engine.groups.get(parts[0]) || []).concat(SOUND + number))
    })
  }

  /* A text's words, and the groups whose phrases stand in it. The words of a page's text stand there once each, in no sentence. */
  Engine.prototype.tokens = function (text, field) {
    var words = split(text)
    if (field === "words") return words
    var folded = words.map(this.fold)
    var phrases = this.phrases
    folded.forEach(function (first, at) {
      (phrases.get(first) || []).forEach(function (phrase) {
        if (phrase.parts.every(function (part, n) { return folded[at + n] === part })) words.push(phrase.sound)
      })
    })
    return words
  }

  /* A word as the index knows it: folded, with the groups that it belongs to; nothing, if it tells nothing. */
  Engine.prototype.terms = function (word) {
    if (word[0] === SOUND) return word
    var found = this.known.get(word)
    if (found === undefined) {
      var folded = this.skipped.has(plain(word)) ? "" : this.fold(word)
      found = folded ? [folded].concat(this.groups.get(folded) || []) : null
      this.known.set(word, found)
    }
    return found
  }

  /* Reads the pages in small steps, so that a page that waits can still be typed in. */
  Engine.prototype.read = function () {
    var engine = this
    var next = 0
    return new Promise(function (done) {
      (function some() {
        engine.index.addAll(engine.pages.slice(next, next += AT_ONCE))
        if (next < engine.pages.length) setTimeout(some)
        else done(engine)
      })()
    })
  }

  function begins(term) { return term[0] !== SOUND && term.length > 2 }
  function slips(term) { return term[0] !== SOUND && term.length > 4 ? 0.2 : false }
  function weight(near) { return function (term) { return term[0] === SOUND ? near : 1 } }
  function whole(word) { return [word] } // words are split already, and the name of a group is none

  var EXACT = { prefix: begins, boostTerm: weight(0.6), tokenize: whole }
  var LOOSE = Object.assign({ fuzzy: slips }, EXACT)
  // A sentence in the reader's own words: near words count as much as the same, and long pages no less than short ones.
  var SOUNDS = {
    prefix: begins, boostTerm: weight(1), tokenize: whole, bm25: { k: 1.2, b: 0.3, d: 0 },
    boost: { title: 2, aka: 2, said: 3, keywords: 4, summary: 2, headings: 1, words: 1 },
  }

  Engine.prototype.ask = function (text, together, how) {
    var engine = this
    var words = this.tokens(text).filter(function (word) { return engine.terms(word) })
    var queries = words.map(function (word) { return { combineWith: "OR", queries: [word] } })
    return words.length ? this.index.search({ combineWith: together, queries: queries }, how) : []
  }

  /* Hits that hold every word, or words near it; if there are none, a slip is forgiven. */
  Engine.prototype.hits = function (text) {
    var found = this.ask(text, "AND", EXACT)
    return found.length ? found : this.ask(text, "AND", LOOSE)
  }

  /* Places of the pages that hold every word, the best first. One or two letters that begin a word are not yet asked for. */
  Engine.prototype.match = function (text) {
    var hits = this.hits(text)
    var begun = !hits.length && /^(.*\s)?\S{1,2}$/.exec(text)
    if (begun) return begun[1] ? this.match(begun[1].trim()) : this.pages.map(function (page) { return page.id })
    return hits.map(function (hit) { return hit.id })
  }

  /* The best pages, each with the text that matched and why; if none holds every word, those that hold most. */
  Engine.prototype.find = function (text, options) {
    var hits = this.hits(text)
    return this.answers(hits.length ? hits : this.ask(text, "OR", LOOSE), text, options.most)
  }

  /* What somebody sees, in any words: pages whose kind collects what readers say, each with the sentence that comes nearest. */
  Engine.prototype.seen = function (text, options) {
    var pages = this.pages
    var filter = function (hit) { return pages[hit.id].said }
    return this.answers(this.ask(text, "OR", Object.assign({ filter: filter }, SOUNDS)), text, options.most)
  }

  Engine.prototype.answers = function (hits, text, most) {
    var engine = this
    return hits.slice(0, most).map(function (hit) { return engine.answer(hit, text) })
  }

  Engine.prototype.answer = function (hit, text) {
    var page = this.pages[hit.id]
    var kind = this.kinds[page.kind]
    var why = this.why(page, hit, text)
    var others = this.pages
    function brief(place, reason) {
      var other = others[place]
      return { url: other.url, title: other.title, kind: other.kind, glyph: this.kinds[other.kind].glyph, label: this.kinds[other.kind].label, why: reason }
    }
    var outs = (page.out || []).map(function (out) { return brief.call(this, out[0], out[1]) }, this)
    var tools = page.tools || [].concat.apply([], (page.out || []).map(function (out) { return others[out[0]].tools || [] }))
    return {
      url: page.url, title: page.title, kind: page.kind, glyph: kind.glyph, label: kind.label, summary: page.summary, out: kind.out,
      text: why.text, said: why.said, marked: why.marked, close: why.close, heard: this.heard(hit, text), outs: outs,
      tools: Array.from(new Set(tools)).map(function (place) { return brief.call(this, place) }, this),
    }
  }

  /* What the reader wrote and the page's keywords hold too: words that others use who are in it, though the page does not. */
  Engine.prototype.heard = function (hit, text) {
    var engine = this
    var asked = new Set(this.tokens(text).map(this.fold))
    return (this.pages[hit.id].keywords || []).filter(function (phrase) {
      return split(phrase).every(function (word) { return asked.has(engine.fold(word)) || engine.skipped.has(plain(word)) })
    })
  }

  /* Why a page was found: a sentence of its readers, if it holds more of the words than the title; else its summary.
     `marked` are the words in it that matched, `close` those that only mean about the same, with the reader's own. */
  Engine.prototype.why = function (page, hit, text) {
    var engine = this
    var asked = new Map()
    this.tokens(text).forEach(function (word) {
      (engine.terms(word) ? [].concat(engine.terms(word)) : []).forEach(function (term) { asked.set(term, asked.get(term) || word) })
    })
    var begun = Object.keys(hit.match)
    function marks(line) {
      var found = { text: line, marked: [], close: [], score: 0 }
      split(line).forEach(function (word) {
        var terms = [].concat(engine.terms(word) || [])
        var same = terms.length && (asked.has(terms[0]) || begun.includes(terms[0]))
        var near = terms.find(function (term) { return term[0] === SOUND && asked.has(term) && asked.get(term)[0] !== SOUND })
        if (same || near) found.marked.push(word)
        if (!same && near) found.close.push([asked.get(near), word])
        found.score += same ? 1 : near ? 0.7 : 0
      })
      return found
    }
    var names = marks([page.title].concat(page.aka || []).join(" ")).score
    var best = (page.said || []).map(marks).sort(function (a, b) { return b.score - a.score })[0]
    var said = best && best.score > (names >= 1 ? 1 : 0)
    return Object.assign(said ? best : marks(page.summary), { said: !!said })
  }

  /* --- where it runs -------------------------------------------------------------------------------- */

  scope.patternbookEngine = function () {
    return new Engine(scope.patternbookBook, scope.patternbookWords).read()
  }

  if (!scope.document) {
    scope.importScripts("vendor/minisearch.js", "../../data/book.js", "../../data/words.js")
    var ready = scope.patternbookEngine()
    scope.onmessage = function (message) {
      var asked = message.data
      ready.then(function (engine) {
        scope.postMessage({ number: asked.number, answer: engine[asked.name](asked.text, asked.options || {}) })
      })
    }
  }
})(self)
