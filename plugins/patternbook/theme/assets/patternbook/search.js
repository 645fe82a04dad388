/* Patternbook's search: a box in the header that loads the engine and its data on first use.
   A classic script, so that it also runs from file://. Without it the box is not shown, and Browse does the work. */
(function () {
  "use strict"

  var assets = new URL(".", document.currentScript.src)
  var site = new URL("../../", assets)
  var MOST = 8

  /* --- the engine: one for the page's life, made when somebody first wants it --------------------- */

  var asked
  function engine() {
    asked = asked || Promise.all([script(new URL("vendor/minisearch.js", assets)), script(new URL("data/search.js", site))]).then(build)
    asked.catch(function () { asked = null }) // a lost connection: the next letter asks again
    return asked
  }

  function script(url) {
    return new Promise(function (done, fail) {
      var element = document.createElement("script")
      element.onload = done
      element.onerror = function () { element.remove(); fail(new Error(url.href)) }
      element.src = url.href
      document.head.append(element)
    })
  }

  function split(text) { return text.split(/[^\p{L}\p{N}'’]+/u) }

  /* Words as they are compared: without case, accents, possessives and the plural's s. */
  function fold(word) {
    var plain = word.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/['’]s?$/, "").replace(/['’]/g, "")
    if (plain.length > 4 && plain.endsWith("ies")) return plain.slice(0, -3) + "y"
    return plain.length > 3 && /[^suiy]s$/.test(plain) ? plain.slice(0, -1) : plain
  }

  function build() {
    var data = window.patternbookPages
    var skipped = new Set(data.skip.map(fold))
    var index = new window.MiniSearch({
      fields: ["title", "aka", "said", "summary", "headings", "words"],
      extractField: function (page, field) {
        return Array.isArray(page[field]) ? page[field].join(" ") : page[field]
      },
      tokenize: split,
      processTerm: function (word) {
        var folded = fold(word)
        return !folded || skipped.has(folded) ? null : folded
      },
      searchOptions: {
        boost: { title: 8, aka: 6, said: 4, summary: 3, headings: 2 },
        prefix: function (term) { return term.length > 2 },
        fuzzy: function (term) { return term.length > 4 ? 0.2 : false },
      },
    })
    index.addAll(data.pages)
    return { index: index, pages: data.pages, kinds: data.kinds }
  }

  /* Pages that hold every word; if there are none, those that hold most of them. */
  function find(all, text) {
    var found = all.index.search(text, { combineWith: "AND" })
    return found.length ? found : all.index.search(text)
  }

  /* The sentence that a reader would say, if it is what matched; else the summary. */
  function reason(page, hit) {
    var words = Object.keys(hit.match).filter(function (word) { return hit.match[word].includes("said") })
    var best = page.said.map(function (line) {
      var folded = split(line).map(fold)
      return { line: line, count: words.filter(function (word) { return folded.includes(word) }).length }
    }).sort(function (a, b) { return b.count - a.count })[0]
    var inTitle = Object.values(hit.match).some(function (fields) { return fields.includes("title") || fields.includes("aka") })
    return best && best.count > (inTitle ? 1 : 0) ? { text: best.line, said: true } : { text: page.summary, said: false }
  }

  /* --- the box ------------------------------------------------------------------------------------ */

  function say(element, name, values) {
    return (element.dataset[name] || "").replace(/\{(\w+)\}/g, function (_, key) { return values[key] })
  }

  customElements.define("pb-search", class extends HTMLElement {
    connectedCallback() {
      if (this.input) return
      this.input = this.querySelector("input")
      this.list = this.querySelector("[role=listbox]")
      this.status = this.querySelector("[role=status]")
      this.active = -1
      this.input.addEventListener("focus", engine)
      this.input.addEventListener("input", this.look.bind(this))
      this.input.addEventListener("keydown", this.key.bind(this))
      this.addEventListener("focusout", this.left.bind(this))
      this.list.addEventListener("click", this.close.bind(this))
      // A press on a result must not take the focus away before the click arrives.
      this.list.addEventListener("mousedown", function (event) { event.preventDefault() })
      document.addEventListener("keydown", this.summon.bind(this))
    }

    look() {
      var text = this.input.value.trim()
      var box = this
      if (!text) return this.close()
      return engine().then(function (all) {
        if (text === box.input.value.trim()) box.show(all, text, find(all, text))
      }, function () {
        box.close()
        box.status.textContent = say(box, "failed", {})
      })
    }

    show(all, text, found) {
      var box = this
      this.active = -1
      this.list.replaceChildren.apply(this.list, found.slice(0, MOST).map(function (hit, number) {
        return option(all, hit, number)
      }))
      this.list.hidden = !found.length
      this.input.setAttribute("aria-expanded", String(!!found.length))
      this.input.removeAttribute("aria-activedescendant")
      this.status.textContent = found.length ? say(box, "found", { count: found.length }) : say(box, "none", { text: text })
      this.status.classList.toggle("pb-search-none", !found.length)
    }

    close() {
      this.active = -1
      this.list.hidden = true
      this.status.textContent = ""
      this.status.classList.remove("pb-search-none")
      this.input.setAttribute("aria-expanded", "false")
      this.input.removeAttribute("aria-activedescendant")
    }

    move(step) {
      var options = this.list.children
      if (this.list.hidden || !options.length) return
      if (options[this.active]) options[this.active].removeAttribute("aria-selected")
      this.active = (this.active + step + options.length + (this.active < 0 && step < 0 ? 1 : 0)) % options.length
      options[this.active].setAttribute("aria-selected", "true")
      options[this.active].scrollIntoView({ block: "nearest" })
      this.input.setAttribute("aria-activedescendant", options[this.active].id)
    }

    key(event) {
      if (event.isComposing) return
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault()
        this.move(event.key === "ArrowDown" ? 1 : -1)
      } else if (event.key === "Enter") {
        event.preventDefault()
        this.open()
      } else if (event.key === "Escape") {
        event.preventDefault()
        event.stopPropagation()
        if (this.list.hidden) this.input.value = ""
        this.close()
      }
    }

    /* Whoever types fast and presses Enter gets the first result of what is typed, not of what was shown. */
    open() {
      var box = this
      Promise.resolve(this.active < 0 ? this.look() : null).then(function () {
        var chosen = box.list.hidden ? null : box.list.children[Math.max(box.active, 0)]
        if (!chosen) return
        chosen.click()
        box.input.blur()
      })
    }

    left(event) {
      if (!this.contains(event.relatedTarget)) this.close()
    }

    summon(event) {
      var typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]")
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return
      event.preventDefault()
      this.input.focus()
      this.input.select()
    }
  })

  function option(all, hit, number) {
    var page = all.pages[hit.id]
    var kind = all.kinds[page.kind]
    var why = reason(page, hit)
    var link = document.createElement("a")
    link.id = "pb-found-" + number
    link.href = new URL(page.url, site).href
    link.tabIndex = -1
    link.setAttribute("role", "option")
    link.append(part("pb-search-title", page.title), part("pb-card-kind", kind.glyph + " " + kind.label, page.kind), part(why.said ? "pb-search-said" : "pb-search-summary", why.text))
    return link
  }

  function part(name, text, kind) {
    var span = document.createElement("span")
    span.className = name
    span.textContent = text
    if (kind) span.dataset.kind = kind
    return span
  }
})()
