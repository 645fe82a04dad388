/* Patternbook's search: a box in the header that loads the engine and its data on first use.
   A classic script, so that it also runs from file://. Without it the box is not shown, and Browse does the work. */
(function () {
  "use strict"

  var assets = new URL(".", document.currentScript.src)
  var book = window.patternbook
  var MOST = 8
  var FIRST = 3 // results of a picture: all at once take longer than a letter may

  /* --- asking the engine: in a worker, so that nobody waits while typing; in the page where there can be none --------- */

  var asked
  function engine() {
    asked = asked || (location.protocol === "file:" ? inPage() : inWorker())
    asked.catch(function () { asked = null }) // a lost connection: the next letter asks again
    return asked
  }

  function inPage() {
    return Promise.all(["assets/patternbook/vendor/minisearch.js", "data/book.js", "data/words.js", "assets/patternbook/engine.js"].map(book.load))
      .then(function () { return window.patternbookEngine() })
      .then(function (engine) { return function (name, text, options) { return engine[name](text, options || {}) } })
  }

  function inWorker() {
    return new Promise(function (done, fail) {
      var worker = new Worker(new URL("engine.js", assets))
      var waiting = new Map()
      var number = 0
      worker.onmessage = function (message) {
        var heard = waiting.get(message.data.number)
        waiting.delete(message.data.number)
        heard(message.data.answer)
      }
      worker.onerror = function (event) {
        event.preventDefault()
        worker.terminate()
        asked = null
        fail(new Error("engine"))
        waiting.forEach(function (heard) { heard(null) })
      }
      function ask(name, text, options) {
        return new Promise(function (heard) {
          waiting.set(number += 1, heard)
          worker.postMessage({ number: number, name: name, text: text, options: options })
        })
      }
      ask("match", "").then(function () { done(ask) })
    })
  }

  /* `find`, `match` or `seen` of engine.js, as a promise. */
  book.ask = function (name, text, options) {
    return engine().then(function (ask) { return ask(name, text, options) })
  }

  /* --- the box ------------------------------------------------------------------------------------ */

  function say(name, values) { return book.label("search-" + name, values) }

  customElements.define("pb-search", class extends HTMLElement {
    connectedCallback() {
      if (this.input) return
      this.input = this.querySelector("input")
      this.list = this.querySelector("[role=listbox]")
      this.status = this.querySelector("[role=status]")
      this.active = -1
      this.found = []
      this.shown = 0
      this.input.addEventListener("focus", function () { engine().catch(function () { /* said when something is asked */ }) })
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
      return book.ask("find", text, { most: MOST }).then(function (found) {
        if (text === box.input.value.trim()) box.show(text, found)
      }).catch(function () {
        box.close()
        box.status.textContent = say("failed")
      })
    }

    show(text, found) {
      // Whoever chose a result while the last letters were still being looked up keeps it.
      var chosen = this.list.children[this.active] && this.list.children[this.active].href
      this.active = -1
      this.found = found
      this.shown = 0
      this.some(FIRST)
      this.list.hidden = !found.length
      this.input.setAttribute("aria-expanded", String(!!found.length))
      this.input.removeAttribute("aria-activedescendant")
      this.status.textContent = found.length ? say("found", { count: found.length }) : say("none", { text: text })
      this.status.classList.toggle("pb-search-none", !found.length)
      var again = found.findIndex(function (page) { return new URL(page.url, book.site).href === chosen })
      if (again >= 0) this.move(again + 1)
    }

    /* So many more results in the place of the old ones, and after the picture the next. */
    some(count) {
      var list = this.list
      var found = this.found
      for (var end = Math.min(this.shown + count, found.length); this.shown < end; this.shown += 1) {
        var link = option(found[this.shown], this.shown)
        if (list.children[this.shown]) list.children[this.shown].replaceWith(link)
        else list.append(link)
      }
      if (end === found.length) while (list.children[end]) list.children[end].remove()
      else requestAnimationFrame(setTimeout.bind(null, function (box) { if (box.found === found) box.some(FIRST) }, 0, this))
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
      this.some(this.found.length)
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

  function option(found, number) {
    var kind = book.make("span", "pb-card-kind", found.glyph + " " + found.label)
    var link = book.make("a", "", [book.make("span", "pb-search-title", found.title), kind, book.make("span", found.said ? "pb-search-said" : "pb-search-summary", found.text)])
    kind.dataset.kind = found.kind
    link.id = "pb-found-" + number
    link.href = new URL(found.url, book.site).href
    link.tabIndex = -1
    link.setAttribute("role", "option")
    return link
  }
})()
